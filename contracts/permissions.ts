import { z } from 'zod'
import type { LocaleText } from './common.ts'

/** Everything that can be allowed or refused, `<capability>.<what>`. */
export const permissionNames = [
  'workspace.read',
  'workspace.manage',
  'members.manage',
  'apiKeys.manage',
  'audit.read',
  'data.read',
  'data.import',
  'data.manage',
  'people.read',
  'people.write',
  'people.reveal',
  'people.merge',
  'audience.read',
  'audience.write',
  'content.read',
  'content.write',
  'channels.read',
  'channels.manage',
  'campaigns.read',
  'campaigns.write',
  'campaigns.launch',
  'insight.read',
] as const
export const Permission = z.enum(permissionNames)
export type Permission = z.infer<typeof Permission>

export const roleNames = ['owner', 'manager', 'operator', 'sales', 'analyst', 'compliance'] as const
export const Role = z.enum(roleNames)
export type Role = z.infer<typeof Role>

export const roleLabels: Record<Role, LocaleText> = {
  owner: { zh: '所有者', en: 'Owner' },
  manager: { zh: '运营主管', en: 'Manager' },
  operator: { zh: '运营', en: 'Operator' },
  sales: { zh: '销售', en: 'Sales' },
  analyst: { zh: '分析师', en: 'Analyst' },
  compliance: { zh: '合规', en: 'Compliance' },
}

const reads: Permission[] = ['workspace.read', 'data.read', 'people.read', 'audience.read', 'content.read', 'channels.read', 'campaigns.read', 'insight.read']

/** What each role may do. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  owner: permissionNames,
  manager: [
    ...reads,
    'audit.read',
    'data.import',
    'data.manage',
    'people.write',
    'people.reveal',
    'people.merge',
    'audience.write',
    'content.write',
    'channels.manage',
    'campaigns.write',
    'campaigns.launch',
  ],
  operator: [...reads, 'data.import', 'people.write', 'audience.write', 'content.write', 'campaigns.write', 'campaigns.launch'],
  sales: ['workspace.read', 'people.read', 'people.write', 'people.reveal', 'content.read', 'campaigns.read'],
  analyst: reads,
  compliance: [...reads, 'audit.read', 'people.write', 'people.reveal'],
}
