import { Progress } from 'antd'
import { useParams } from 'react-router'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useRead } from '../../../ui/api.ts'
import { Loaded } from '../../../ui/loading.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { Panel } from '../../../ui/panel.tsx'
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
  const moving = query.data !== undefined && isMoving(query.data)
  // NOTE: the same read with the same key, only repeated while the numbers move.
  useRead(importRoutes.readImport, { params: { id }, enabled: moving, refetchSeconds: 1 })
  return (
    <Loaded query={query}>
      {(one) => (
        <>
          <PageHeader title={one.fileName} parent={{ label: text('imports.title'), to: '/data/imports' }} aside={<ImportStateTag one={one} />} />
          <ImportBody one={one} />
        </>
      )}
    </Loaded>
  )
}

function ImportBody({ one }: { one: Import }) {
  if (one.state === 'preparing') return <UnpackingFile one={one} />
  if (one.state === 'uploaded') return <PrepareImport key={`${one.id} ${one.sheet} ${one.headerLine} ${one.delimiter} ${one.encoding}`} one={one} />
  if (one.state === 'running' || one.state === 'cancelling') return <ImportProgress one={one} />
  return <ImportResult one={one} />
}

/** A workbook is unpacked in the background; its page may be left and come back to. */
function UnpackingFile({ one }: { one: Import }) {
  const text = useText('data')
  return (
    <Panel title={text('imports.preparing')}>
      <Progress percent={Math.floor((one.preparedShare ?? 0) * 100)} status="active" aria-label={text('imports.preparing')} />
      <p className="faint">{text('imports.mayLeave')}</p>
    </Panel>
  )
}
