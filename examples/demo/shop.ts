/** The shop of the demo: what it sells, where its customers live, what they are called. All made up. */

export interface Product {
  sku: string
  name: string
  category: string
  priceYuan: number
  weight: number
}

export interface Category {
  name: string
  weight: number
}

export const categories: readonly Category[] = [
  { name: '护肤', weight: 30 },
  { name: '彩妆', weight: 18 },
  { name: '茶饮', weight: 16 },
  { name: '零食', weight: 14 },
  { name: '家居', weight: 12 },
  { name: '母婴', weight: 10 },
]

const lines: Record<string, readonly (readonly [string, number])[]> = {
  护肤: [
    ['山茶花洁面乳', 89],
    ['积雪草精华', 239],
    ['玻尿酸面膜（10 片）', 129],
    ['防晒乳 50ml', 149],
    ['修护面霜', 299],
  ],
  彩妆: [
    ['丝绒口红', 119],
    ['气垫粉底', 189],
    ['四色眼影盘', 159],
    ['细芯眉笔', 59],
  ],
  茶饮: [
    ['明前龙井 100g', 268],
    ['桂花乌龙茶包', 69],
    ['陈皮普洱饼', 188],
    ['冷泡茉莉（12 袋）', 79],
  ],
  零食: [
    ['每日坚果（30 包）', 129],
    ['冻干草莓', 39],
    ['海苔夹心脆', 29],
    ['手工牛轧糖', 49],
  ],
  家居: [
    ['香薰蜡烛', 99],
    ['全棉浴巾', 89],
    ['真空收纳袋（8 只）', 59],
    ['陶瓷马克杯', 69],
  ],
  母婴: [
    ['婴儿湿巾（6 包）', 59],
    ['儿童润肤霜', 79],
    ['有机米粉', 99],
    ['纱布浴巾', 69],
  ],
}

export const products: readonly Product[] = categories.flatMap(({ name: category }, group) =>
  lines[category]!.map(([name, priceYuan], index) => ({
    sku: `HY${group + 1}${String(index + 1).padStart(2, '0')}`,
    name,
    category,
    priceYuan,
    weight: 1 / (index + 1),
  })),
)

export const cities = [
  { city: '上海', province: '上海', weight: 14 },
  { city: '北京', province: '北京', weight: 12 },
  { city: '杭州', province: '浙江', weight: 10 },
  { city: '广州', province: '广东', weight: 9 },
  { city: '深圳', province: '广东', weight: 9 },
  { city: '成都', province: '四川', weight: 9 },
  { city: '南京', province: '江苏', weight: 7 },
  { city: '苏州', province: '江苏', weight: 6 },
  { city: '武汉', province: '湖北', weight: 6 },
  { city: '重庆', province: '重庆', weight: 5 },
  { city: '西安', province: '陕西', weight: 5 },
  { city: '长沙', province: '湖南', weight: 4 },
  { city: '青岛', province: '山东', weight: 4 },
] as const

export const surnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾'.split('')
export const givenNames = {
  female: ['雨桐', '诗涵', '欣怡', '梓萱', '若曦', '静怡', '思琪', '佳宁', '晓雯', '语嫣', '芷若', '可欣', '慧敏', '丽华', '雅琴'],
  male: ['浩然', '子轩', '宇航', '俊杰', '天佑', '文博', '志强', '建国', '嘉豪', '明轩', '思远', '泽宇', '伟东', '承恩', '乐天'],
}

/** Where customers come from. */
export const registrationChannels = [
  { name: '小程序', weight: 42 },
  { name: '天猫店', weight: 22 },
  { name: '线下门店', weight: 18 },
  { name: '抖音', weight: 12 },
  { name: '老客推荐', weight: 6 },
] as const

export interface PastCampaign {
  code: string
  name: string
  type: string
  /** Days before today. */
  daysAgo: number
  /** Whom it went to. */
  audience: 'everyone' | 'active' | 'dormant' | 'skincare'
  share: number
  controlPercent: number
  parts: number
  /** Added probability that somebody contacted orders within a week, and what such an order is worth against an ordinary one. */
  upliftProbability: number
  upliftSpend: number
}

export const pastCampaigns: readonly PastCampaign[] = [
  {
    code: 'HY2601',
    name: '年中大促预热',
    type: '大促',
    daysAgo: 168,
    audience: 'everyone',
    share: 0.7,
    controlPercent: 10,
    parts: 1,
    upliftProbability: 0.035,
    upliftSpend: 1.1,
  },
  {
    code: 'HY2602',
    name: '沉睡客户召回',
    type: '召回',
    daysAgo: 141,
    audience: 'dormant',
    share: 0.9,
    controlPercent: 15,
    parts: 2,
    upliftProbability: 0.018,
    upliftSpend: 0.8,
  },
  {
    code: 'HY2603',
    name: '新品精华尝鲜',
    type: '新品',
    daysAgo: 117,
    audience: 'skincare',
    share: 0.8,
    controlPercent: 10,
    parts: 1,
    upliftProbability: 0.012,
    upliftSpend: 1.3,
  },
  {
    code: 'HY2604',
    name: '八月会员日',
    type: '会员日',
    daysAgo: 92,
    audience: 'active',
    share: 0.8,
    controlPercent: 10,
    parts: 1,
    upliftProbability: 0.045,
    upliftSpend: 1,
  },
  {
    code: 'HY2605',
    name: '品牌故事问候',
    type: '品牌',
    daysAgo: 74,
    audience: 'everyone',
    share: 0.4,
    controlPercent: 10,
    parts: 1,
    upliftProbability: 0,
    upliftSpend: 1,
  },
  {
    code: 'HY2606',
    name: '中秋茶礼',
    type: '节日',
    daysAgo: 55,
    audience: 'everyone',
    share: 0.5,
    controlPercent: 10,
    parts: 2,
    upliftProbability: 0.024,
    upliftSpend: 1.2,
  },
  {
    code: 'HY2607',
    name: '十月会员日',
    type: '会员日',
    daysAgo: 31,
    audience: 'active',
    share: 0.8,
    controlPercent: 10,
    parts: 1,
    upliftProbability: 0.04,
    upliftSpend: 1,
  },
  {
    code: 'HY2608',
    name: '沉睡客户召回（第二轮）',
    type: '召回',
    daysAgo: 16,
    audience: 'dormant',
    share: 0.8,
    controlPercent: 20,
    parts: 1,
    upliftProbability: 0.022,
    upliftSpend: 0.8,
  },
]
