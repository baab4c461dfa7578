import type { ComponentType } from 'react'
import type { RouteObject } from 'react-router'
import type { Permission } from '../../../contracts/permissions.ts'
import type { AnyTextKey, Namespace } from './locales.ts'
import { onlyFor } from './only-for.tsx'

export interface NavigationItem {
  label: AnyTextKey
  /** Path inside the workspace, e.g. `/data/imports`. */
  to: string
  permission?: Permission
}

/** Something the command palette offers besides pages. */
export interface PaletteAction {
  label: AnyTextKey
  to: string
  permission?: Permission
}

/** What a feature folder exports from its `index.ts`: its place in the rail, its pages and its actions. */
export interface Feature {
  name: Namespace
  label: AnyTextKey
  icon: ComponentType
  /** With one item the rail goes straight there; with more they stand below the open feature. */
  navigation: NavigationItem[]
  /** Paths relative to the workspace, without leading slash. */
  routes: RouteObject[]
  actions?: PaletteAction[]
}

/** A page that loads when first opened: `page('data/imports', () => import('./imports-page.tsx'), 'ImportsPage')`; only for those who have `permission`. */
export function page<Name extends string>(path: string, load: () => Promise<Record<Name, ComponentType>>, name: Name, permission?: Permission): RouteObject {
  return {
    path,
    async lazy() {
      const Page = (await load())[name]
      return { Component: permission === undefined ? Page : onlyFor(permission, Page) }
    },
  }
}
