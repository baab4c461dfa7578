import { Checkbox, DatePicker, Form, Input, InputNumber, Radio, Select } from 'antd'
import dayjs from 'dayjs'
import { orderEvent } from '../../../../../contracts/collect.ts'
import { dateOrders, existingModes, type ImportOptions, type ImportTarget } from '../../../../../contracts/import-setup.ts'
import { tagRoutes } from '../../../../../contracts/tags.ts'
import { useRead } from '../../../ui/api.ts'
import { Panel } from '../../../ui/panel.tsx'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { TimezoneSelect } from '../../../ui/timezone-select.tsx'

interface ImportOptionsFormProps {
  target: ImportTarget
  mapping: string[]
  options: ImportOptions
  onChange: (options: ImportOptions) => void
}
type Set = (change: Partial<ImportOptions>) => void

const needsProof = (target: ImportTarget, mapping: readonly string[]): boolean =>
  target === 'people' && mapping.includes('sms_consent') && !mapping.includes('consent_proof')

/** Whether nothing that the target needs is missing in the options. */
export function optionsComplete(target: ImportTarget, mapping: readonly string[], options: ImportOptions): boolean {
  if (needsProof(target, mapping) && !options.consentProof?.trim()) return false
  if (target === 'events' && !mapping.includes('event') && !options.eventName?.trim()) return false
  return true
}

/** What the file can not say itself: what happens to those who are there, the proof of consent, an event's name, dates and their zone. */
export function ImportOptionsForm({ target, mapping, options, onChange }: ImportOptionsFormProps) {
  const text = useText('data')
  const set: Set = (change) => onChange({ ...options, ...change })
  const takesTags = target === 'people' || target === 'tags'
  return (
    <Panel title={text('imports.steps.options')}>
      <Form layout="vertical" className="form-narrow">
        {target === 'people' && <ExistingChoice options={options} set={set} />}
        {needsProof(target, mapping) && (
          <Form.Item label={text('imports.consentProof')} required extra={text('imports.consentProofHelp')}>
            <Input.TextArea
              aria-label={text('imports.consentProof')}
              rows={3}
              maxLength={500}
              value={options.consentProof}
              placeholder={text('imports.consentProofExample')}
              onChange={(event) => set({ consentProof: event.target.value })}
            />
          </Form.Item>
        )}
        {takesTags && <TagChoices mapping={mapping} options={options} set={set} />}
        {target === 'events' && !mapping.includes('event') && (
          <Form.Item label={text('imports.eventName')} required extra={text('imports.eventNameHelp')}>
            <Input
              aria-label={text('imports.eventName')}
              maxLength={128}
              value={options.eventName}
              onChange={(event) => set({ eventName: event.target.value })}
            />
          </Form.Item>
        )}
        {target === 'campaignContacts' && <GoalChoices options={options} set={set} />}
        <DateChoices options={options} set={set} />
      </Form>
    </Panel>
  )
}

interface PartProps {
  options: ImportOptions
  set: Set
}

function ExistingChoice({ options, set }: PartProps) {
  const text = useText('data')
  const chosen = options.existing ?? 'update'
  return (
    <Form.Item label={text('imports.existing.title')} required>
      <Radio.Group
        className="existing-modes"
        aria-label={text('imports.existing.title')}
        value={chosen}
        onChange={(event) => set({ existing: event.target.value as ImportOptions['existing'] })}
      >
        {existingModes.map((mode) => (
          <Radio key={mode} value={mode} className={mode === chosen ? 'import-target import-target-chosen' : 'import-target'}>
            <b>{text(`imports.existing.${mode}`)}</b>
            <span>{text(`imports.existing.${mode}Help`)}</span>
          </Radio>
        ))}
      </Radio.Group>
    </Form.Item>
  )
}

function TagChoices({ mapping, options, set }: PartProps & { mapping: readonly string[] }) {
  const text = useText('data')
  const tags = useRead(tagRoutes.listTags, { query: {} })
  const flags = tags.data?.items.filter(({ kind }) => kind === 'flag') ?? []
  const hasTags = mapping.includes('tags') || mapping.some((field) => field.startsWith('tag:')) || (options.addTagIds?.length ?? 0) > 0
  return (
    <>
      {flags.length > 0 && (
        <Form.Item label={text('imports.addTags')} extra={text('imports.addTagsHelp')}>
          <Select
            mode="multiple"
            allowClear
            aria-label={text('imports.addTags')}
            showSearch={{ optionFilterProp: 'label' }}
            value={options.addTagIds ?? []}
            onChange={(ids: string[]) => set({ addTagIds: ids.length > 0 ? ids : undefined })}
            options={flags.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
      {mapping.includes('tags') && (
        <Form.Item>
          <Checkbox checked={options.createTags === true} onChange={(event) => set({ createTags: event.target.checked || undefined })}>
            {text('imports.createTags')}
          </Checkbox>
        </Form.Item>
      )}
      {hasTags && (
        <Form.Item label={text('imports.tagsExpire')} extra={text('imports.tagsExpireHelp')}>
          <DatePicker
            aria-label={text('imports.tagsExpire')}
            value={options.tagExpiresAt === undefined ? null : dayjs(options.tagExpiresAt)}
            onChange={(day: dayjs.Dayjs | null) => set({ tagExpiresAt: day?.endOf('day').toISOString() })}
          />
        </Form.Item>
      )}
    </>
  )
}

function GoalChoices({ options, set }: PartProps) {
  const text = useText('data')
  return (
    <>
      <Form.Item label={text('imports.goalEvent')} extra={text('imports.goalEventHelp')}>
        <Input
          aria-label={text('imports.goalEvent')}
          maxLength={128}
          value={options.goalEvent}
          placeholder={orderEvent}
          onChange={(event) => set({ goalEvent: event.target.value || undefined })}
        />
      </Form.Item>
      <Form.Item label={text('imports.goalProperty')} extra={text('imports.goalPropertyHelp')}>
        <Input
          aria-label={text('imports.goalProperty')}
          maxLength={64}
          value={options.goalProperty}
          onChange={(event) => set({ goalProperty: event.target.value || undefined })}
        />
      </Form.Item>
      <Form.Item label={text('imports.goalWindow')} extra={text('imports.goalWindowHelp')}>
        <InputNumber
          aria-label={text('imports.goalWindow')}
          min={1}
          max={365}
          value={options.goalWindowDays}
          onChange={(value) => set({ goalWindowDays: value ?? undefined })}
          suffix={text('imports.days')}
        />
      </Form.Item>
    </>
  )
}

function DateChoices({ options, set }: PartProps) {
  const text = useText('data')
  const zone = useZone()
  return (
    <>
      <Form.Item label={text('imports.dateOrder')} extra={text('imports.dateOrderHelp')}>
        <Select
          aria-label={text('imports.dateOrder')}
          allowClear
          placeholder={text('imports.dateOrders.none')}
          value={options.dateOrder}
          onChange={(dateOrder?: ImportOptions['dateOrder']) => set({ dateOrder })}
          options={dateOrders.map((value) => ({ value, label: text(`imports.dateOrders.${value}`) }))}
        />
      </Form.Item>
      <Form.Item label={text('imports.timezone')} extra={text('imports.timezoneHelp')}>
        <TimezoneSelect
          label={text('imports.timezone')}
          value={options.timezone ?? zone}
          onChange={(value) => set({ timezone: value === zone ? undefined : value })}
        />
      </Form.Item>
    </>
  )
}
