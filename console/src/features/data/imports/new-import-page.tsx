import { InboxOutlined } from '@ant-design/icons'
import { Button, Progress, Radio, Upload } from 'antd'
import { useRef, useState } from 'react'
import { ImportTarget, importTargets } from '../../../../../contracts/import-setup.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { formatBytes } from '../../../ui/format.ts'
import { useGo } from '../../../ui/link.tsx'
import { PageHeader } from '../../../ui/page-header.tsx'
import { useSession } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { useUrlState } from '../../../ui/url-state.ts'
import { Wizard } from '../../../ui/wizard.tsx'
import { asError, isAbort, uploadFile } from './upload-file.ts'
import { useImportSteps } from './import-steps.ts'
import './imports.css'

interface Sending {
  file: File
  share: number
}

/** First step: what the file holds, and the file. After the upload the import has a page of its own. */
export function NewImportPage() {
  const text = useText('data')
  const go = useGo()
  const { workspace } = useSession()
  const [state, setState] = useUrlState('target')
  const target = ImportTarget.safeParse(state.target).data ?? 'people'
  const [sending, setSending] = useState<Sending>()
  const [error, setError] = useState<Error>()
  const abort = useRef<AbortController>(undefined)

  const send = async (file: File): Promise<void> => {
    const controller = new AbortController()
    abort.current = controller
    setError(undefined)
    setSending({ file, share: 0 })
    try {
      const made = await uploadFile({
        workspaceId: workspace.workspaceId,
        target,
        file,
        signal: controller.signal,
        onProgress: (share) => setSending({ file, share }),
      })
      go(`/data/imports/${made.id}`)
    } catch (thrown) {
      setSending(undefined)
      if (!isAbort(thrown)) setError(asError(thrown))
    }
  }
  return (
    <>
      <PageHeader title={text('imports.newTitle')} parent={{ label: text('imports.title'), to: '/data/imports' }} />
      <Wizard steps={useImportSteps()} current="file">
        <h2 className="wizard-question">{text('imports.whatIsInIt')}</h2>
        <Radio.Group
          className="import-targets"
          value={target}
          onChange={(event) => setState({ target: event.target.value as ImportTarget })}
          disabled={sending !== undefined}
          aria-label={text('imports.whatIsInIt')}
        >
          {importTargets.map((one) => (
            <Radio key={one} value={one} className={one === target ? 'import-target import-target-chosen' : 'import-target'}>
              <b>{text(`imports.targets.${one}.title`)}</b>
              <span>{text(`imports.targets.${one}.help`)}</span>
            </Radio>
          ))}
        </Radio.Group>
        {error && <ErrorView error={error} />}
        {sending ? (
          <div className="import-sending" role="status">
            <p>
              {sending.file.name} · {formatBytes(sending.file.size)}
            </p>
            <Progress
              percent={Math.floor(sending.share * 100)}
              status="active"
              aria-label={text(sending.share < 1 ? 'imports.uploading' : 'imports.reading')}
            />
            <p className="faint">{sending.share < 1 ? text('imports.uploading') : text('imports.reading')}</p>
            <Button onClick={() => abort.current?.abort()}>{text('imports.stopUpload')}</Button>
          </div>
        ) : (
          <Upload.Dragger
            accept=".csv,.tsv,.txt,.xlsx,text/csv"
            showUploadList={false}
            beforeUpload={(file) => {
              void send(file)
              return false
            }}
          >
            <p className="import-drop-icon">
              <InboxOutlined />
            </p>
            <p>{text('imports.drop')}</p>
            <p className="faint">{text('imports.dropHelp')}</p>
          </Upload.Dragger>
        )}
      </Wizard>
    </>
  )
}
