import { useQuery } from '@tanstack/react-query'
import { Drawer } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { Navigate, Outlet, useLocation, useParams } from 'react-router'
import { PageSkeleton } from '../../ui/loading.tsx'
import { changePreferences, useIsSmall } from '../../ui/preferences.ts'
import { SessionContext } from '../../ui/session-context.ts'
import { useText } from '../../ui/text.ts'
import { SignedOut } from '../home.tsx'
import { sessionQuery } from '../session-query.ts'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { TopBar } from './top-bar.tsx'

/** The frame of every page of a workspace: rail, top bar, command palette. */
export function Shell() {
  const text = useText('common')
  const session = useQuery(sessionQuery)
  const workspaceId = Number(useParams().workspaceId)
  const small = useIsSmall()
  const { pathname } = useLocation()
  // NOTE: the path where the rail was opened: going anywhere closes it.
  const [railOpenAt, setRailOpenAt] = useState<string>()
  const [paletteOpen, setPaletteOpen] = useState(false)
  const workspace = session.data?.workspaces.find((one) => one.workspaceId === workspaceId)
  const context = useMemo(() => session.data && { me: session.data, workspace }, [session.data, workspace])

  useEffect(() => {
    if (workspace) changePreferences({ lastWorkspaceId: workspaceId })
  }, [workspace, workspaceId])
  usePaletteKey(setPaletteOpen)

  if (session.error && !session.data) return <SignedOut error={session.error} retry={() => void session.refetch()} />
  if (!context) return <PageSkeleton />
  if (!workspace) return <Navigate to="/" replace />
  return (
    <SessionContext value={context}>
      <a className="skip-link" href="#page">
        {text('skip')}
      </a>
      <div className="shell" key={workspaceId}>
        {small ? (
          <Drawer
            open={railOpenAt === pathname}
            onClose={() => setRailOpenAt(undefined)}
            placement="left"
            size={248}
            closable={false}
            classNames={{ body: 'rail-drawer' }}
            aria-label={text('navigation')}
          >
            <Rail />
          </Drawer>
        ) : (
          <Rail />
        )}
        <div className="shell-main">
          <TopBar onMenu={small ? () => setRailOpenAt(pathname) : undefined} onSearch={() => setPaletteOpen(true)} />
          <main id="page" className="page" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <SignInAgain me={context.me} />
      <Palette open={paletteOpen} onClose={() => setPaletteOpen(false)} />
    </SessionContext>
  )
}

function usePaletteKey(setOpen: (change: (open: boolean) => boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setOpen((open) => !open)
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [setOpen])
}
