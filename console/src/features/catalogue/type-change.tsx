import { Alert, Button, Checkbox, Progress } from 'antd'
import { useState } from 'react'
import { ProblemError } from '../../../../contracts/client.ts'
import { catalogueRoutes, type AttributeDefinition, type TypePreview } from '../../../../contracts/catalogue.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { Panel } from '../../ui/panel.tsx'
import { ScrollTable } from '../../ui/scroll-table.tsx'
import { useLocaleText, useText } from '../../ui/text.ts'
import { Count } from '../../ui/values.tsx'
import { MeaningSelect } from './meaning-select.tsx'
import { typeOf, type Meaning } from './meaning.ts'

/** Another type for an attribute: how the values there are would fit, then the change. */
export function TypeChange({ field }: { field: AttributeDefinition }) {
  const text = useText('catalogue')
  const pick = useLocaleText()
  const [meaning, setMeaning] = useState<Meaning>(field.format ?? field.type)
  const [keepMisfits, setKeepMisfits] = useState(false)
  const [confirmUsed, setConfirmUsed] = useState(false)
  const wanted = typeOf(meaning)
  const isChanged = wanted.type !== field.type || wanted.format !== field.format
  const preview = useRead(catalogueRoutes.previewAttributeType, {
    params: { key: field.key },
    body: { type: wanted.type },
    enabled: isChanged && field.type !== 'list',
  })
  const change = useAct(catalogueRoutes.changeAttributeType, { showsErrorItself: true, done: text('typeChange.started') })
  const { conversion } = field
  return (
    <Panel title={text('typeChange.title')} className="type-change">
      {conversion && (
        <div role="status">
          {conversion.state === 'running' && (
            <Progress
              percent={conversion.peopleTotal === 0 ? 0 : Math.min(99, Math.floor((conversion.peopleDone / conversion.peopleTotal) * 100))}
              size="small"
              aria-label={text('typeChange.title')}
            />
          )}
          <p className="faint">{text(`typeChange.${conversion.state}`, { converted: conversion.converted, misfits: conversion.misfits })}</p>
        </div>
      )}
      {field.type === 'list' ? (
        <p className="faint">{text('typeChange.list')}</p>
      ) : (
        <MeaningSelect
          value={meaning}
          onChange={(next) => {
            setMeaning(next)
            setKeepMisfits(false)
            change.reset()
          }}
        />
      )}
      {isChanged && preview.error && (
        <Alert type="error" showIcon title={preview.error instanceof ProblemError ? pick(preview.error.problem) : preview.error.message} />
      )}
      {isChanged && preview.data && (
        <>
          <Preview preview={preview.data} />
          {preview.data.misfit > 0 && (
            <Checkbox checked={keepMisfits} onChange={(event) => setKeepMisfits(event.target.checked)}>
              {text('typeChange.keepMisfits', { count: preview.data.misfit })}
            </Checkbox>
          )}
          {change.error instanceof ProblemError && (
            <>
              <Alert type="warning" showIcon title={pick(change.error.problem)} />
              <Checkbox checked={confirmUsed} onChange={(event) => setConfirmUsed(event.target.checked)}>
                {text('typeChange.confirmUsed')}
              </Checkbox>
            </>
          )}
          <Button
            disabled={preview.data.misfit > 0 && !keepMisfits}
            loading={change.isPending}
            onClick={() => change.mutate({ params: { key: field.key }, body: { ...wanted, keepMisfits, confirmUsed } })}
          >
            {text('typeChange.verb')}
          </Button>
        </>
      )}
    </Panel>
  )
}

function Preview({ preview }: { preview: TypePreview }) {
  const text = useText('catalogue')
  const share = preview.values === 0 ? 1 : preview.fit / preview.values
  return (
    <>
      <div className="fill-bar" aria-hidden>
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <p>{text(preview.exact ? 'typeChange.fits' : 'typeChange.fitsAbout', { fit: preview.fit, values: preview.values })}</p>
      {preview.examples.length > 0 && (
        <ScrollTable
          label={text('typeChange.examples')}
          rowKey={(row) => row.value}
          dataSource={preview.examples}
          columns={[
            { key: 'value', title: text('typeChange.now'), render: (_, row) => row.value },
            { key: 'becomes', title: text('typeChange.becomes'), render: (_, row) => row.becomes ?? <span className="bad">{text('typeChange.misfit')}</span> },
            { key: 'people', title: text('cards.people'), align: 'right', render: (_, row) => <Count value={row.people} /> },
          ]}
        />
      )}
    </>
  )
}
