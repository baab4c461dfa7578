import type { AnswerOf } from '../../../../../contracts/client.ts'
import { importFields, type ImportTarget } from '../../../../../contracts/import-setup.ts'
import { importRoutes } from '../../../../../contracts/imports.ts'
import { useRead } from '../../../ui/api.ts'

export type ChoosableField = AnswerOf<typeof importRoutes.listImportFields>['items'][number]

/** Every field a column can go to: the workspace's own once they are read, those of the target until then. */
export function useFields(target: ImportTarget): ChoosableField[] {
  const fields = useRead(importRoutes.listImportFields, { query: { target } })
  return fields.data?.items ?? importFields[target].map((field) => ({ ...field, group: field.oneOf === 'identity' ? 'identity' : 'field' }))
}
