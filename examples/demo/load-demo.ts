import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { orderEvent } from '../../contracts/collect.ts'
import { describeData, nameEvents, startSearches, tagPeople } from './describe-data.ts'
import { describeMembers } from './members.ts'
import { prepareWork } from './prepare-work.ts'
import { openSources, sendMisfits, signVisitorsIn } from './send-events.ts'
import { importFile, signIn, type Session, type SessionOptions } from './session.ts'
import { connectShop, youzanBuyers } from './shop-connector.ts'
import { writeShopFiles, type ShopFiles } from './shop-files.ts'
import { simulateShop } from './simulate.ts'
import { storeMembers } from './store-members.ts'

export interface DemoOptions extends SessionOptions {
  /** Where the sandbox network listens, e.g. `http://127.0.0.1:3901`; without it no account is made. */
  sandboxUrl?: string
  people?: number
  seed?: number
  now?: number
}

const people = 24_000
const defaultSeed = 20_260_101

/**
 * Fills a workspace with the simulated shop through the same public API that everybody uses: what attributes and tags mean, live sources, imports,
 * a connector, events that do not fit, then segments, a template, an account, a campaign.
 */
export async function loadDemo(options: DemoOptions): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hongyan-demo-'))
  const { progress, seed = defaultSeed, now = Date.now() } = options
  try {
    progress('模拟店铺数据 / simulating the shop')
    const shop = simulateShop({ seed, people: options.people ?? people, now })
    const members = describeMembers(shop, seed)
    const files = await writeShopFiles({ shop, members, storeMembers: storeMembers(shop, members, seed) }, folder)
    const session = await signIn(options)
    const live = { session, customers: shop.customers, seed, now }
    const buyers = youzanBuyers(shop.customers)
    await describeData(session)
    const sources = await openSources(live)
    await importFiles(session, files)
    progress('实时事件与连接器 / live events and a connector')
    await signVisitorsIn(live, sources, buyers)
    await connectShop(session, buyers, now)
    await sendMisfits(live, sources)
    await nameEvents(session)
    progress('建立标签、分群、模板与活动 / tags, segments, template and campaign')
    await tagPeople(session)
    // A small shop (tests) keeps the draft; the demo shows a campaign under way.
    await prepareWork(session, { sandboxUrl: options.sandboxUrl, isLaunched: options.people === undefined || options.people >= people })
    await startSearches(session)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function importFiles(session: Session, files: ShopFiles): Promise<void> {
  const fields = { 会员等级: 'attribute:member_level', 积分: 'attribute:points', 地址: 'attribute:address', 门店卡号: 'member_no', 标签: 'tags' }
  await importFile(session, files.customers, {
    target: 'people',
    options: { consentProof: '会员注册页勾选「同意接收优惠短信」（演示数据）' },
    fields: { ...fields, 微信UnionID: 'wechat_unionid', 微信OpenID: 'wechat_openid' },
    saveAs: '会员系统导出',
  })
  await importFile(session, files.storeMembers, { target: 'people', fields, saveAs: '门店会员表' })
  await importFile(session, files.orders, { target: 'orders' })
  await importFile(session, files.behaviour, { target: 'events' })
  await importFile(session, files.contacts, { target: 'campaignContacts', options: { goalEvent: orderEvent, goalWindowDays: 7 } })
}
