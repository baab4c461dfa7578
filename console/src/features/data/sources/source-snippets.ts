import type { SourceKind } from '../../../../../contracts/collect.ts'

export const snippetNames = ['curl', 'node', 'python', 'browser', 'sensorsWeb', 'sensorsNode', 'sensorsMini'] as const
export type SnippetName = (typeof snippetNames)[number]

const namesByKind: Partial<Record<SourceKind, readonly SnippetName[]>> = {
  http: ['curl', 'node', 'browser', 'python'],
  sensors: ['sensorsWeb', 'sensorsMini', 'sensorsNode'],
}

/** The ways in that a kind of source has. */
export function snippetsOf(kind: SourceKind): readonly SnippetName[] {
  return namesByKind[kind] ?? []
}

/** A command that sends one person and one order, ready for a terminal. */
export function curlExample(origin: string, writeKey: string): string {
  const batch = [
    { type: 'identify', userId: 'u-1001', traits: { phone: '13800001234', city: 'Hangzhou' } },
    { type: 'track', userId: 'u-1001', event: 'Order Completed', properties: { order_id: 'A-1', total: 128.5 } },
  ]
  return `curl -u '${writeKey}:' -H 'content-type: application/json' \\\n  -d '${JSON.stringify({ batch }, undefined, 1).replaceAll(/\n\s*/g, ' ')}' \\\n  ${origin}/v1/batch`
}

/** How an SDK is set up to send here. */
export function snippet(name: SnippetName, origin: string, writeKey: string): string {
  switch (name) {
    case 'curl':
      return curlExample(origin, writeKey)
    case 'node':
      return `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: '${writeKey}', host: '${origin}' })
analytics.identify({ userId: 'u-1001', traits: { phone: '13800001234' } })
analytics.track({ userId: 'u-1001', event: 'Order Completed', properties: { order_id: 'A-1', total: 128.5 } })
await analytics.closeAndFlush()`
    case 'python':
      return `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = '${writeKey}'
analytics.host = '${origin}'
analytics.identify('u-1001', {'phone': '13800001234'})
analytics.track('u-1001', 'Order Completed', {'order_id': 'A-1', 'total': 128.5})
analytics.flush()`
    case 'browser':
      return `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({
  writeKey: '${writeKey}',
  cdnSettings: { integrations: { 'Segment.io': { apiKey: '${writeKey}', apiHost: '${origin.replace(/^https?:\/\//, '')}/v1', protocol: '${origin.startsWith('https') ? 'https' : 'http'}' } } },
})
analytics.page()
analytics.track('Product Viewed', { sku: 'SKU-1', price: 99 })`
    case 'sensorsWeb':
      return `// npm install sa-sdk-javascript
import sensors from 'sa-sdk-javascript'

sensors.init({ server_url: '${origin}/sa?token=${writeKey}', is_track_single_page: true, show_log: false })
sensors.quick('autoTrack')
sensors.track('ViewProduct', { sku: 'SKU-1', price: 99 })`
    case 'sensorsNode':
      return `// npm install sa-sdk-node
import SensorsAnalytics from 'sa-sdk-node'

const sensors = new SensorsAnalytics()
sensors.submitTo('${origin}/sa?token=${writeKey}')
sensors.track('u-1001', 'ViewProduct', { sku: 'SKU-1', price: 99 })
sensors.profileSet('u-1001', { city: 'Hangzhou' })`
    case 'sensorsMini':
      return `// app.js
const sensors = require('./utils/sensorsdata.min.js')

sensors.setPara({ server_url: '${origin}/sa?token=${writeKey}', autoTrack: { appLaunch: true, pageShow: true } })
sensors.init()`
  }
}
