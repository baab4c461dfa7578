import { useState, type DragEvent } from 'react'
import type { Edit, Path } from './rule-editing.ts'

/** Where what is dragged would come to stand. */
interface DropPlace {
  group: Path
  index: number
}

export interface NodeDrag {
  dragged: Path | undefined
  over: DropPlace | undefined
  start: (path: Path, event: DragEvent) => void
  end: () => void
  /** What is dragged hangs over the element of a child of a group: before it in its upper half, behind it in its lower half. */
  hover: (place: DropPlace, event: DragEvent) => void
  drop: (event: DragEvent) => void
}

/** Conditions and groups that are put into another place by dragging. Whoever has no mouse has Alt with arrows, and a menu. */
export function useNodeDrag(edit: (edit: Edit) => void): NodeDrag {
  const [dragged, setDragged] = useState<Path>()
  const [over, setOver] = useState<DropPlace>()
  const end = (): void => {
    setDragged(undefined)
    setOver(undefined)
  }
  return {
    dragged,
    over,
    start(path, event) {
      event.stopPropagation()
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', path)
      const box = (event.currentTarget as HTMLElement).closest<HTMLElement>('[data-path]')
      if (box) event.dataTransfer.setDragImage(box, 16, 16)
      setDragged(path)
    },
    end,
    hover(place, event) {
      // A group does not go into itself.
      if (dragged === undefined || place.group === dragged || place.group.startsWith(`${dragged}.`)) return
      event.preventDefault()
      event.stopPropagation()
      const { top, height } = event.currentTarget.getBoundingClientRect()
      const index = place.index + (event.clientY > top + height / 2 ? 1 : 0)
      if (over?.group !== place.group || over.index !== index) setOver({ group: place.group, index })
    },
    drop(event) {
      event.preventDefault()
      event.stopPropagation()
      if (dragged !== undefined && over) edit({ kind: 'move', path: dragged, ...over })
      end()
    },
  }
}
