import { expect, it } from 'vitest'
import { countRegions, regionSteps } from './region-steps.ts'

it('takes a region apart by its separators, or by how its steps are called', () => {
  expect(regionSteps('浙江省杭州市西湖区')).toEqual(['浙江省', '浙江省杭州市', '浙江省杭州市西湖区'])
  expect(regionSteps('浙江省 / 杭州市')).toEqual(['浙江省', '浙江省 / 杭州市'])
  expect(regionSteps('内蒙古自治区-呼和浩特市')).toEqual(['内蒙古自治区', '内蒙古自治区-呼和浩特市'])
  expect(regionSteps('广西壮族自治区南宁市')).toEqual(['广西壮族自治区', '广西壮族自治区南宁市'])
  expect(regionSteps('广东 广东')).toEqual(['广东', '广东 广东'])
  expect(regionSteps('海外')).toEqual(['海外'])
  expect(regionSteps('')).toEqual([])
})

it('counts everybody who is within a region', () => {
  const values = [
    { value: '浙江省杭州市', count: 3 },
    { value: '浙江省宁波市', count: 2 },
    { value: '浙江省', count: 1 },
    { value: '上海市', count: 4 },
  ]
  expect(countRegions(values)).toEqual([
    { value: '浙江省', count: 6 },
    { value: '上海市', count: 4 },
    { value: '浙江省杭州市', count: 3 },
    { value: '浙江省宁波市', count: 2 },
  ])
})
