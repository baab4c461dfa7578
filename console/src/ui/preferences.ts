import { useSyncExternalStore } from 'react'
import type { Locale } from '../../../contracts/common.ts'

export type Appearance = 'light' | 'dark' | 'system'
export type Density = 'compact' | 'relaxed'

/** What a person likes on this browser. */
export interface Preferences {
  locale: Locale
  appearance: Appearance
  density: Density
  /** Hidden columns of each table by its name. */
  hiddenColumns: Record<string, string[]>
  /** Columns of each table that show only where they are chosen, in the order of choosing. */
  addedColumns: Record<string, string[]>
  lastWorkspaceId?: number
}

const storageKey = 'hongyan.preferences'
const listeners = new Set<() => void>()
let current = load()

function load(): Preferences {
  const defaults: Preferences = {
    locale: navigator.language.startsWith('en') ? 'en' : 'zh',
    appearance: 'system',
    density: 'compact',
    hiddenColumns: {},
    addedColumns: {},
  }
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>) }
  } catch {
    return defaults
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const readPreferences = (): Preferences => current

/** Changes preferences for this browser and tells every component that uses them. */
export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(storageKey, JSON.stringify(current))
  } catch {
    // NOTE: a browser without storage keeps preferences only until the page is closed.
  }
  for (const listener of listeners) listener()
}

export const usePreferences = (): Preferences => useSyncExternalStore(subscribe, readPreferences)

const darkQuery = matchMedia('(prefers-color-scheme: dark)')
function subscribeDark(listener: () => void): () => void {
  darkQuery.addEventListener('change', listener)
  return () => darkQuery.removeEventListener('change', listener)
}

/** Whether the console is dark now, by choice or as the system is. */
export function useIsDark(): boolean {
  const { appearance } = usePreferences()
  const systemDark = useSyncExternalStore(subscribeDark, () => darkQuery.matches)
  return appearance === 'system' ? systemDark : appearance === 'dark'
}

const smallQuery = matchMedia('(max-width: 820px)')
function subscribeSmall(listener: () => void): () => void {
  smallQuery.addEventListener('change', listener)
  return () => smallQuery.removeEventListener('change', listener)
}

/** Whether the window is as narrow as a phone's: navigation goes into a drawer, side panels below. */
export const useIsSmall = (): boolean => useSyncExternalStore(subscribeSmall, () => smallQuery.matches)
