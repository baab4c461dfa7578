import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import type { Member } from './members.ts'
import type { Shop } from './simulate.ts'
import type { StoreMember } from './store-members.ts'

export interface ShopFiles {
  customers: string
  storeMembers: string
  orders: string
  behaviour: string
  contacts: string
}

/** Local time of the shop without a zone, as shops' own systems write it. */
const shopTime = (time: number): string => new Date(time + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const yuan = (fen: number): string => (fen / 100).toFixed(2)

export interface ShopData {
  shop: Shop
  members: ReadonlyMap<string, Member>
  storeMembers: readonly StoreMember[]
}

/** Writes the files a shop would export from its systems: customers, members of the shop in town, order lines, behaviour and past campaigns' contacts. */
export async function writeShopFiles({ shop, members, storeMembers: ownMembers }: ShopData, folder: string): Promise<ShopFiles> {
  await mkdir(folder, { recursive: true })
  const customers = await writeCustomers(path.join(folder, 'customers.csv'), shop, members)
  const storeMembers = await write(path.join(folder, 'store-members.csv'), ['门店卡号', '姓名', '手机号', '生日', '地址', '标签'], ownMembers, (row) => [
    row.cardNo,
    row.name,
    row.phone ?? '',
    row.birthday,
    row.address ?? '',
    row.tags.join('、'),
  ])
  const orders = await write(
    path.join(folder, 'orders.csv'),
    ['订单号', '会员号', '下单时间', '商品编码', '商品', '品类', '数量', '实付金额'],
    shop.orderLines,
    (row) => [row.orderId, row.memberNo, shopTime(row.time), row.product.sku, row.product.name, row.product.category, row.quantity, yuan(row.amountFen)],
  )
  const behaviour = await write(path.join(folder, 'behaviour.csv'), ['唯一编号', '会员号', '事件', '时间', '商品编码', '品类', '单价'], shop.events, (row) => [
    row.id,
    row.memberNo,
    row.event,
    shopTime(row.time),
    row.product.sku,
    row.product.category,
    row.product.priceYuan,
  ])
  const contacts = await write(
    path.join(folder, 'campaign-contacts.csv'),
    ['活动编号', '活动名称', '活动类型', '会员号', '触达时间', '结果', '费用'],
    shop.contacts,
    (row) => [
      row.campaign.code,
      row.campaign.name,
      row.campaign.type,
      row.memberNo,
      shopTime(row.time),
      row.state,
      // Fractions of a fen are real: a part costs 5.5 fen.
      (row.costFen / 100).toFixed(4),
    ],
  )
  return { customers, storeMembers, orders, behaviour, contacts }
}

function writeCustomers(file: string, { customers }: Shop, members: ReadonlyMap<string, Member>): Promise<string> {
  const header = ['会员号', '姓名', '性别', '手机号', '邮箱', '生日', '城市', '省份', '注册时间', '注册渠道', '同意接收短信']
  return write(file, [...header, '会员等级', '积分', '地址', '微信UnionID', '微信OpenID', '标签'], customers, (row) => {
    const member = members.get(row.memberNo)
    const { wechat } = member ?? {}
    const basics = [row.memberNo, row.name, row.gender, row.phone ?? '', row.email ?? '', row.birthday, row.city, row.province]
    const joined = [shopTime(row.registeredAt), row.registrationChannel, row.smsConsent ? '是' : '否']
    const details = [
      member?.level ?? '',
      member?.points ?? '',
      member?.address ?? '',
      wechat?.unionId ?? '',
      wechat?.openId ?? '',
      member?.tags.join('、') ?? '',
    ]
    return [...basics, ...joined, ...details]
  })
}

async function write<Row>(file: string, header: readonly string[], rows: readonly Row[], toCells: (row: Row) => readonly (string | number)[]): Promise<string> {
  await pipeline(
    Readable.from(
      (function* () {
        yield header
        for (const row of rows) yield toCells(row)
      })(),
    ),
    stringify(),
    createWriteStream(file),
  )
  return file
}
