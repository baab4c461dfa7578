import { useState } from 'react'
import { useUrlState } from '../../ui/url-state.ts'

/** Which part of a queue of decisions is shown (the first of `states` unless the address says another), which row is open, and which are chosen. */
export function useQueue<State extends string>(states: readonly [State, ...State[]]) {
  const [{ state, id }, setUrl] = useUrlState('state', 'id')
  const [selected, setSelected] = useState<number[]>([])
  return {
    state: states.find((one) => one === state) ?? states[0],
    openId: id === undefined ? undefined : Number(id),
    selected,
    select: setSelected,
    open: (next: number | undefined): void => setUrl({ id: next === undefined ? undefined : String(next) }),
    show(next: State): void {
      setSelected([])
      setUrl({ state: next === states[0] ? undefined : next, id: undefined })
    },
  }
}

/** The row to open when `id` has been decided: the one after it, else the one before. */
export function neighbourOf(ids: readonly number[], id: number): number | undefined {
  const index = ids.indexOf(id)
  return ids[index + 1] ?? ids[index - 1]
}
