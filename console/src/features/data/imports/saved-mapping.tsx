import { Alert } from 'antd'
import { type ImportTarget } from '../../../../../contracts/import-setup.ts'
import { importRoutes } from '../../../../../contracts/imports.ts'
import { useRead } from '../../../ui/api.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useText } from '../../../ui/text.ts'

interface SavedMappingProps {
  target: ImportTarget
  /** The one whose headers fit this file, used without being asked. */
  fitting: { id: string; name: string } | null
  chosenId: string | undefined
  onChoose: (mappingId: string | undefined) => void
}

/** Says when a saved mapping is used, and offers the others. */
export function SavedMapping({ target, fitting, chosenId, onChoose }: SavedMappingProps) {
  const text = useText('data')
  const saved = useRead(importRoutes.listImportMappings, { query: { target } })
  const items = saved.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Alert
      type={fitting ? 'success' : 'info'}
      className="saved-mapping"
      title={fitting ? text('imports.savedUsed', { name: fitting.name }) : text('imports.savedNotFitting')}
      action={
        <NamedSelect<string>
          size="small"
          label={text('imports.savedChoose')}
          placeholder={text('imports.savedChoose')}
          allowClear
          popupMatchSelectWidth={false}
          style={{ minWidth: 150 }}
          value={chosenId ?? fitting?.id}
          onChange={onChoose}
          options={items.map(({ id, name }) => ({ value: id, label: name }))}
        />
      }
    />
  )
}
