import { api } from '../../contracts/api.ts'
import type { AttributeInput } from '../../contracts/catalogue.ts'
import { orderEvent } from '../../contracts/collect.ts'
import type { TagInput } from '../../contracts/tags.ts'
import type { z } from 'zod'
import { ordered } from './prepare-work.ts'
import type { Session } from './session.ts'
import { categories } from './shop.ts'

const attributes: readonly z.input<typeof AttributeInput>[] = [
  {
    key: 'member_level',
    type: 'text',
    label: { zh: '会员等级', en: 'Member level' },
    options: ['普通', '银卡', '金卡'],
    description: '累计消费满 800 元升银卡，满 3,000 元升金卡',
  },
  { key: 'points', type: 'number', label: { zh: '会员积分', en: 'Points' }, unit: '分', description: '会员系统每晚同步' },
  { key: '注册渠道', type: 'text', label: { zh: '注册渠道', en: 'Joined through' } },
  { key: 'address', type: 'text', label: { zh: '收货地址', en: 'Address' }, pii: true, description: '最近一次收货的地址' },
]

type DemoTag = Omit<z.input<typeof TagInput>, 'categoryId'> & { category: string }
const tags: readonly DemoTag[] = [
  { category: 'interest', name: '偏好品类', kind: 'value', values: categories.map(({ name }) => name), colour: 'cyan', description: '最常买的品类' },
  { category: 'value', name: '价格敏感', colour: 'gold', description: '多数订单用了优惠' },
  { category: 'value', name: '高净值', colour: 'purple', description: '一年内消费满 3,000 元' },
  { category: 'scenario', name: '礼盒采购', colour: 'magenta', description: '节前成批购买礼盒' },
  { category: 'behaviour', name: '门店会员', colour: 'green', description: '在线下门店办过会员卡' },
  { category: 'behaviour', name: '社群活跃', colour: 'blue', description: '客服在社群中手动标记' },
  { category: 'lifecycle', name: '流失预警', colour: 'orange', description: '买过，但 120 天没有下单', expiresAfterDays: 90 },
]

const eventNames: readonly { event: string; zh: string; en: string }[] = [
  { event: 'Product Viewed', zh: '浏览商品', en: 'Product viewed' },
  { event: 'Product Added', zh: '加入购物车', en: 'Added to cart' },
  { event: 'Coupon Received', zh: '领取优惠券', en: 'Coupon received' },
  { event: 'Page Viewed', zh: '浏览页面', en: 'Page viewed' },
  { event: 'AppOpened', zh: '打开 App', en: 'App opened' },
  { event: 'ProductSearched', zh: 'App 内搜索', en: 'Searched in the app' },
]

/** Says what is known before any file comes: attributes with their names, and tags in categories. */
export async function describeData({ client, workspaceId }: Session): Promise<void> {
  const params = { workspaceId }
  for (const body of attributes) await client.call(api.catalogue.defineAttribute, { params, body })
  const { items } = await client.call(api.tags.adoptTagCategories, { params })
  for (const { category, ...tag } of tags)
    await client.call(api.tags.createTag, { params, body: { ...tag, categoryId: items.find(({ key }) => key === category)?.id ?? null } })
}

/** Names the events that came, for those who read lists and timelines. */
export async function nameEvents({ client, workspaceId }: Session): Promise<void> {
  const params = { workspaceId }
  for (const { event, zh, en } of eventNames) await client.call(api.collect.updateEventSchema, { params, body: { event, label: { zh, en } } })
}

/** Tags as staff give them: some people by hand, many by a rule. */
export async function tagPeople({ client, workspaceId }: Session): Promise<void> {
  const params = { workspaceId }
  const { items } = await client.call(api.tags.listTags, { params, query: {} })
  const tagId = (name: string) => items.find((tag) => tag.name === name)!.id
  const { items: people } = await client.call(api.people.listPeople, { params, query: { limit: 60 } })
  for (const { personId } of people.slice(0, 3))
    await client.call(api.tags.changePersonTags, { params: { workspaceId, personId }, body: { set: [{ tagId: tagId('社群活跃') }] } })
  const personIds = people.slice(3).map(({ personId }) => personId)
  await client.call(api.tags.startTagAction, { params, body: { tagId: tagId('社群活跃'), kind: 'add', targets: { kind: 'people', personIds } } })
  const dormant = { kind: 'all', rules: [ordered('atLeast', 1, 365), ordered('equals', 0, 120)] } as const
  await client.call(api.tags.startTagAction, {
    params,
    body: { tagId: tagId('流失预警'), kind: 'add', targets: { kind: 'rule', rule: { ...dormant, rules: [...dormant.rules] } } },
  })
  await client.call(api.tags.startTagAction, {
    params,
    body: {
      tagId: tagId('高净值'),
      kind: 'add',
      targets: {
        kind: 'rule',
        rule: {
          kind: 'event',
          event: orderEvent,
          filters: [],
          measure: { kind: 'sum', of: 'amount' },
          comparison: { operator: 'atLeast', values: [3000] },
          window: { kind: 'last', amount: 365, unit: 'day' },
        },
      },
    },
  })
}

/** Pairs below are people who share a name and a birthday by chance: of 24,000 there are dozens. */
const scoreMin = 24

/** Has duplicates searched for and the inventory computed, both in the background. */
export async function startSearches({ client, workspaceId }: Session): Promise<void> {
  const params = { workspaceId }
  const { name, address, birthDate } = await client.call(api.oneId.readSuggestionSearch, { params })
  await client.call(api.oneId.updateSuggestionSearch, { params, body: { enabled: true, name, address, birthDate, scoreMin } })
  await client.call(api.oneId.startSuggestionSearch, { params, body: { scope: 'all' } })
  await client.call(api.catalogue.computeInventory, { params, body: { exact: false } })
}
