import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('gives the same metric to everybody who asks for its name', async () => {
  const metrics = createMetrics({ process: false })
  const shape = { name: 'hongyan_things_total', help: 'Things', labels: ['kind'] } as const
  metrics.counter(shape).inc({ kind: 'a' })
  metrics.counter(shape).inc({ kind: 'a' }, 2)
  metrics.gauge({ name: 'hongyan_waiting', help: 'Waiting' }).set(4)
  metrics.histogram({ name: 'hongyan_step_seconds', help: 'Steps' }).observe(0.02)
  const text = await metrics.text()
  expect(text).toContain('hongyan_things_total{kind="a"} 3')
  expect(text).toContain('hongyan_waiting 4')
  expect(text).toContain('hongyan_step_seconds_bucket{le="0.025"} 1')
})

test('adds figures of the process when asked', async () => {
  expect(await createMetrics({ process: true }).text()).toContain('process_resident_memory_bytes')
})
