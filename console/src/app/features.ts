import type { Feature } from '../ui/feature.ts'
import { audienceFeature } from '../features/audience/index.ts'
import { campaignsFeature } from '../features/campaigns/index.ts'
import { catalogueFeature } from '../features/catalogue/index.ts'
import { connectorsFeature } from '../features/connectors/index.ts'
import { contentFeature } from '../features/content/index.ts'
import { dataFeature } from '../features/data/index.ts'
import { oneIdFeature } from '../features/one-id/index.ts'
import { peopleFeature } from '../features/people/index.ts'
import { insightFeature } from '../features/insight/index.ts'
import { overviewFeature } from '../features/overview/index.ts'
import { settingsFeature } from '../features/settings/index.ts'
import { tagsFeature } from '../features/tags/index.ts'

/** Every feature, in the order of the loop: 总览 · 数据 · 客户 · 分群与分层 · 内容 · 触达 · 洞察 · 设置. The rail, routes and palette come from here. */
export const features: readonly Feature[] = [
  overviewFeature,
  dataFeature,
  connectorsFeature,
  peopleFeature,
  tagsFeature,
  catalogueFeature,
  oneIdFeature,
  audienceFeature,
  contentFeature,
  campaignsFeature,
  insightFeature,
  settingsFeature,
]
