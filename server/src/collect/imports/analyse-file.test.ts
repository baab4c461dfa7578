import { expect, it } from 'vitest'
import { analyseFile } from './analyse-file.ts'

it.each([
  ['累计消费', ['￥1,234.50元', '1.2万', '(88.00)', '99', '#N/A'], 'number'],
  ['age', ['31', '1,024'], 'number'],
  ['折扣', ['15%', '８０％'], 'number'],
  ['口令', ['007', '012'], 'text'],
  ['型号', ['5E3', '12K'], 'text'],
  ['会员编号', ['1', '2'], 'text'],
  ['备注', ['12', '十二'], 'text'],
  ['是否会员', ['是', '否'], 'boolean'],
  ['生日', ['1990年3月5日', '1988/12/1'], 'date'],
  ['空', ['', ''], 'text'],
])('takes a column %s of %j for %s', (header, values, type) => {
  const rows = values.map((value) => `x\t${value}`).join('\n')
  expect(analyseFile(`名\t${header}\n${rows}\n`, true).columns[1]).toMatchObject({ header, valueType: type })
})
