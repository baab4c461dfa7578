import { useState, type DragEvent } from 'react'

interface RowDrag {
  /** The row that what is dragged would take the place of. */
  over: string | undefined
  props: (key: string) => {
    draggable: true
    onDragStart: () => void
    onDragEnd: () => void
    onDragOver: (event: DragEvent) => void
    onDrop: () => void
  }
}

/** Rows that are put in order by dragging; `onMove` gets the key and the one whose place it takes. Whoever has no mouse has arrows beside it. */
export function useRowDrag(onMove: (key: string, target: string) => void): RowDrag {
  const [dragged, setDragged] = useState<string>()
  const [over, setOver] = useState<string>()
  const end = (): void => {
    setDragged(undefined)
    setOver(undefined)
  }
  const drop = (target: string): void => {
    if (dragged !== undefined && dragged !== target) onMove(dragged, target)
    end()
  }
  return {
    over,
    props: (key) => ({
      draggable: true,
      onDragStart: () => setDragged(key),
      onDragEnd: end,
      onDragOver: (event) => {
        event.preventDefault()
        setOver(key)
      },
      onDrop: () => drop(key),
    }),
  }
}
