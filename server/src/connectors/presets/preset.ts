import type { z } from 'zod'
import type { MappedValue, MappingRule } from '../../../../contracts/connector-mapping.ts'
import { ConnectorPreset } from '../../../../contracts/connector-settings.ts'
import type { Transform } from '../../../../contracts/connector-mapping.ts'

/** Fills in what a preset leaves to the defaults. Presets are data: copied when a connector is made, and the user's own from then on. */
export function definePreset(preset: z.input<typeof ConnectorPreset>): ConnectorPreset {
  return ConnectorPreset.parse(preset)
}

type Step = Transform['kind'] | Transform

/** The value at a path. */
export function at(path: string, ...steps: Step[]): MappedValue {
  return { kind: 'path', text: path, transforms: steps.map(asTransform) }
}

/** Text with paths between double braces. */
export function text(template: string): MappedValue {
  return { kind: 'template', text: template, transforms: [] }
}

/** Always the same. */
export function always(value: string): MappedValue {
  return { kind: 'constant', text: value, transforms: [] }
}

function asTransform(step: Step): Transform {
  return typeof step === 'string' ? { kind: step } : step
}

type Rule = z.input<typeof MappingRule>

/** What databases and interfaces of one's own usually say of a paid order. It counts once in the workspace, by whatever way it comes. */
export function paidOrder(given: Pick<Rule, 'when' | 'identities'>): Rule {
  return {
    name: '已付款订单',
    ...given,
    event: {
      name: always('Order Completed'),
      orderId: at('order_id', 'text'),
      time: at('paid_at', 'date'),
      amount: { value: at('amount'), unit: 'yuan' },
    },
    keyScope: 'workspace',
  }
}

/** A time without a zone, as systems in China write it. */
export const chinaTime: Transform = { kind: 'date', timezone: 'Asia/Shanghai' }

/** The kind of identity that ties a refund or a later state to the order before it, when they do not name the buyer. */
export const orderNamespace = 'order_no'
