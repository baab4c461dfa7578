import { Form, Input, InputNumber, Select } from 'antd'
import { orderEvent } from '../../../../../contracts/collect.ts'
import type { ImportOptions, ImportTarget } from '../../../../../contracts/imports.ts'
import { Panel } from '../../../ui/panel.tsx'
import { useZone } from '../../../ui/session-context.ts'
import { useText } from '../../../ui/text.ts'
import { timezones } from '../../../ui/timezones.ts'

interface ImportOptionsFormProps {
  target: ImportTarget
  mapping: string[]
  options: ImportOptions
  onChange: (options: ImportOptions) => void
}

/** Whether nothing that the target needs is missing in the options. */
export function optionsComplete(target: ImportTarget, mapping: readonly string[], options: ImportOptions): boolean {
  if (mapping.includes('sms_consent') && !options.consentProof?.trim()) return false
  if (target === 'events' && !mapping.includes('event') && !options.eventName?.trim()) return false
  return true
}

/** What the file can not say itself: the proof of consent, an event's name, the zone of its times, what counts as success. */
export function ImportOptionsForm({ target, mapping, options, onChange }: ImportOptionsFormProps) {
  const text = useText('data')
  const zone = useZone()
  const set = (change: Partial<ImportOptions>): void => onChange({ ...options, ...change })
  return (
    <Panel title={text('imports.steps.options')}>
      <Form layout="vertical" className="form-narrow">
        {mapping.includes('sms_consent') && (
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
        {target === 'campaignContacts' && (
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
        )}
        <Form.Item label={text('imports.timezone')} extra={text('imports.timezoneHelp')}>
          <Select
            aria-label={text('imports.timezone')}
            showSearch
            value={options.timezone ?? zone}
            onChange={(value: string) => set({ timezone: value === zone ? undefined : value })}
            options={timezones.map((value) => ({ value, label: value }))}
          />
        </Form.Item>
      </Form>
    </Panel>
  )
}
