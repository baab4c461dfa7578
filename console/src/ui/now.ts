import { useSyncExternalStore } from 'react'

let now = new Date()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = new Date()
    for (const one of listeners) one()
  }, 20_000)
  return () => listeners.delete(listener)
}

/** The time of day, renewed every 20 s, so that "3 minutes ago" stays true on a page left open. */
export const useNow = (): Date => useSyncExternalStore(subscribe, () => now)
