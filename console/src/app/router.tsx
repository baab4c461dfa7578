import { createBrowserRouter, type RouteObject } from 'react-router'
import { features } from './features.ts'
import { CrashPage } from './crash-page.tsx'
import { Home } from './home.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { PageSkeleton } from '../ui/loading.tsx'
import { Shell } from './shell/shell.tsx'

const pages: RouteObject[] = features.flatMap((feature) => feature.routes)

export const router = createBrowserRouter([
  {
    errorElement: <CrashPage />,
    HydrateFallback: PageSkeleton,
    children: [
      { path: '/', Component: Home },
      { path: '/sign-in', lazy: async () => ({ Component: (await import('../features/access/sign-in-page.tsx')).SignInPage }) },
      { path: '/setup', lazy: async () => ({ Component: (await import('../features/access/setup-page.tsx')).SetupPage }) },
      {
        path: '/w/:workspaceId',
        Component: Shell,
        children: [{ errorElement: <CrashPage inside />, children: [...pages, { path: '*', Component: NotFoundPage }] }],
      },
      { path: '*', Component: NotFoundPage },
    ],
  },
])
