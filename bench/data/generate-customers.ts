import { seededRandom } from '../support/bench.ts'

export const customerHeader = '会员号,姓名,手机号,邮箱,性别,生日,城市,省份,注册时间,会员等级,积分,备注'

const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗'
const givenNames = '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂'
const cities = [
  ['上海', '上海'],
  ['北京', '北京'],
  ['杭州', '浙江'],
  ['宁波', '浙江'],
  ['广州', '广东'],
  ['深圳', '广东'],
  ['成都', '四川'],
  ['武汉', '湖北'],
  ['南京', '江苏'],
  ['苏州', '江苏'],
  ['西安', '陕西'],
  ['长沙', '湖南'],
] as const
const levels = ['普通', '银卡', '金卡', '钻石']
const notes = ['', '', '', '老客户', '喜欢茶叶, 常送礼', '门店登记']
const rowsPerChunk = 5_000

/** A customer file of a chain of shops as CSV, made from a seed: 12 columns, every phone and member number once, one row in four without e-mail. */
export async function* generateCustomers(rows: number, seed = 1): AsyncGenerator<Buffer> {
  const random = seededRandom(seed)
  const pick = <Item>(items: ArrayLike<Item>): Item => items[Math.floor(random() * items.length)]!
  const two = (value: number) => String(value).padStart(2, '0')
  const day = (fromYear: number, years: number) =>
    `${fromYear + Math.floor(random() * years)}-${two(1 + Math.floor(random() * 12))}-${two(1 + Math.floor(random() * 28))}`
  yield Buffer.from(`${customerHeader}\n`)
  for (let start = 0; start < rows; start += rowsPerChunk) {
    let chunk = ''
    for (let row = start; row < Math.min(rows, start + rowsPerChunk); row++) {
      const [city, province] = pick(cities)
      const name = pick(surnames) + pick(givenNames) + (random() < 0.6 ? pick(givenNames) : '')
      const email = random() < 0.75 ? `user${row}@example.com` : ''
      const registered = `${day(2019, 6)} ${two(Math.floor(random() * 24))}:${two(Math.floor(random() * 60))}:${two(Math.floor(random() * 60))}`
      const note = pick(notes)
      const phone = 13_000_000_000 + ((row * 7_919) % 999_999_937)
      chunk += `M${10_000_000 + row},${name},${phone},${email},${random() < 0.55 ? '女' : '男'},${day(1955, 50)},${city},${province},${registered},${pick(levels)},${Math.floor(random() * 20_000)},${note.includes(',') ? `"${note}"` : note}\n`
    }
    yield Buffer.from(chunk)
  }
}
