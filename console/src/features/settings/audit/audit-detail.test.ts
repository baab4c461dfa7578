import { expect, it } from 'vitest'
import { detailFields, shortId } from './audit-detail.ts'

it('takes the detail of an audit row apart, and leaves out what says nothing', () => {
  const label = { zh: '评分', en: 'Rating' }
  expect(
    detailFields({ name: '甲', contactPolicy: { quietHours: { from: '20:00', enabled: true } }, label, secrets: [], fields: ['draft'], budgetFen: null }),
  ).toEqual([
    { path: ['name'], value: '甲' },
    { path: ['contactPolicy', 'quietHours', 'from'], value: '20:00' },
    { path: ['contactPolicy', 'quietHours', 'enabled'], value: true },
    { path: ['label'], value: label },
    { path: ['fields'], value: ['draft'] },
    { path: ['budgetFen'], value: null },
  ])
  expect(detailFields({ cases: [{ value: 'a' }, 'b'] })).toEqual([{ path: ['cases'], value: ['{"value":"a"}', 'b'] }])
})

it('shortens ids, never names', () => {
  expect(shortId('01a2068f-10a3-7cf8-a357-5ec1006108b1')).toBe('01a2068f-10a3…')
  expect(shortId('Product Viewed by somebody')).toBe('Product Viewed by somebody')
})
