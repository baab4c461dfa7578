import { orderEvent } from './collect.ts'

/** Names that events go by where others than this product named them; the first that was seen is the one meant. */
export const eventSynonyms = {
  cart: ['Product Added', '加入购物车', 'add_to_cart'],
  view: ['Product Viewed', '浏览商品', 'view_item'],
  refund: ['Order Refunded', '退款', 'refund'],
  trial: ['Trial Lesson Booked', 'Trial Booked', '预约试听', '试听'],
  lesson: ['Lesson Completed', 'Class Attended', '完成课程', '上课'],
  enrolled: ['Course Enrolled', orderEvent, '报名', '购买课程'],
  visit: ['Store Visited', 'Check In', '到店', '签到'],
  booking: ['Reservation Made', 'Appointment Booked', '预约', '预订'],
  signup: ['Signed Up', 'Account Created', '注册'],
  feature: ['Feature Used', 'Project Created', '使用功能'],
  login: ['Signed In', 'Logged In', 'App Opened', '登录'],
  subscribed: ['Subscription Started', 'Plan Upgraded', '开通订阅'],
  apply: ['Application Submitted', 'Loan Applied', '提交申请'],
  approved: ['Application Approved', 'Account Opened', '审批通过', '开户'],
  invest: ['Product Purchased', 'Fund Purchased', orderEvent, '申购'],
} as const satisfies Record<string, readonly string[]>

/** The same of attributes. */
export const attributeSynonyms = {
  birthday: ['birthday', 'birth_date', '生日'],
  end: ['course_end', 'expires_at', '课程到期日', '到期日'],
  balance: ['balance', 'stored_value', '储值余额', '余额'],
  due: ['maturity_date', 'due_date', '到期日'],
} as const satisfies Record<string, readonly string[]>
