import type { ReactNode } from 'react'
import type { Permission } from '../../../contracts/permissions.ts'
import { useMay } from './session-context.ts'

/** Shows its content only to those who may; the server checks again. */
export function PermissionGate({ permission, children, otherwise = null }: { permission: Permission; children: ReactNode; otherwise?: ReactNode }) {
  return useMay()(permission) ? children : otherwise
}
