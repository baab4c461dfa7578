import type { ComponentType } from 'react'
import type { Permission } from '../../../contracts/permissions.ts'
import { EmptyState } from './empty-state.tsx'
import { PermissionGate } from './permission-gate.tsx'
import { useText } from './text.ts'

/** A page for those who may; the others are told so before they fill anything in. */
export function onlyFor(permission: Permission, Page: ComponentType): ComponentType {
  return function GatedPage() {
    return (
      <PermissionGate permission={permission} otherwise={<NotAllowed />}>
        <Page />
      </PermissionGate>
    )
  }
}

function NotAllowed() {
  const text = useText('common')
  return <EmptyState title={text('notAllowed.title')} why={text('notAllowed.why')} />
}
