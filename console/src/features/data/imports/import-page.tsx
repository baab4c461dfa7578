import { useParams } from 'react-router'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useRead } from '../../../ui/api.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useText } from '../../../ui/text.ts'
import { ImportProgress } from './import-progress.tsx'
import { ImportResult } from './import-result.tsx'
import { ImportStateTag, isMoving } from './import-state.tsx'
import { PrepareImport } from './prepare-import.tsx'
import './imports.css'

/** One import from its upload to its result; the state decides what shows. */
export function ImportPage() {
  const text = useText('data')
  const id = useParams().id ?? ''
  const query = useRead(importRoutes.readImport, { params: { id } })
  const moving = query.data !== undefined && isMoving(query.data.state)
  // NOTE: the same read with the same key, only repeated while the numbers move.
  useRead(importRoutes.readImport, { params: { id }, enabled: moving, refetchSeconds: 1 })
  return (
    <Loaded query={query}>
      {(one) => (
        <>
          <PageHeader title={one.fileName} parent={{ label: text('imports.title'), to: '/data/imports' }} aside={<ImportStateTag state={one.state} />} />
          <ImportBody one={one} />
        </>
      )}
    </Loaded>
  )
}

function ImportBody({ one }: { one: Import }) {
  if (one.state === 'uploaded') return <PrepareImport key={one.id} one={one} />
  if (isMoving(one.state)) return <ImportProgress one={one} />
  return <ImportResult one={one} />
}
