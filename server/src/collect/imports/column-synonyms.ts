import type { ImportTarget } from '../../../../contracts/import-setup.ts'

/** Headers that mean a field, as shops, tills and programs write them; compared without case, blanks and punctuation. */
const identityHeaders: Record<string, readonly string[]> = {
  user_id: ['用户ID', '用户编号', '用户标识', '客户ID', '客户编号', 'userid', 'uid', 'customerid', 'customer'],
  member_no: [
    '会员号',
    '会员编号',
    '会员卡号',
    '会员ID',
    '会员',
    '卡号',
    'memberno',
    'memberid',
    'membernumber',
    'member',
    'cardno',
    'householdid',
    'household',
    'loyaltyid',
  ],
  phone: [
    '手机',
    '手机号',
    '手机号码',
    '电话',
    '电话号码',
    '联系电话',
    '联系方式',
    '移动电话',
    'mobile',
    'mobileno',
    'mobilephone',
    'phone',
    'phoneno',
    'phonenumber',
    'tel',
    'telephone',
    'cellphone',
  ],
  email: ['邮箱', '电子邮箱', '邮箱地址', '电子邮件', '邮件', 'email', 'emailaddress', 'mail'],
}

const timeHeaders = ['时间', '日期', 'time', 'timestamp', 'datetime', 'date', 'at', 'occurredat', 'eventtime']
const orderTimeHeaders = [
  '下单时间',
  '下单日期',
  '订单时间',
  '支付时间',
  '付款时间',
  '成交时间',
  '交易时间',
  '购买时间',
  '消费时间',
  '交易日期',
  '订单日期',
  'ordertime',
  'orderdate',
  'orderedat',
  'paidat',
  'paytime',
  'transactiontimestamp',
  'transactiontime',
  'transactiondate',
  'purchasedat',
  'createdat',
]
const amountHeaders = [
  '金额',
  '实付',
  '实付金额',
  '支付金额',
  '订单金额',
  '实收金额',
  '成交金额',
  '消费金额',
  '交易金额',
  '总价',
  '总金额',
  'amount',
  'total',
  'revenue',
  'salesvalue',
  'paid',
  'price',
  'value',
  'payment',
]

const tagHeaders = ['标签', '客户标签', '会员标签', '用户标签', '标签名', '标签名称', 'tags', 'tag', 'labels']

const targetHeaders: Record<ImportTarget, Record<string, readonly string[]>> = {
  people: {
    created_at: [
      '注册时间',
      '注册日期',
      '入会时间',
      '入会日期',
      '开卡时间',
      '开卡日期',
      '创建时间',
      'createdat',
      'registeredat',
      'registrationdate',
      'joinedat',
      'joindate',
      'signupdate',
      'signedupat',
    ],
    tags: tagHeaders,
    region: ['地区', '省市区', '省市', '所在省市', '所在地区', '所在地', '区域', '地域', 'region'],
    consent_time: ['同意时间', '授权时间', '订阅时间', 'consenttime', 'consentedat', 'optintime'],
    consent_proof: ['同意凭证', '授权凭证', '同意来源', '授权来源', 'consentproof', 'consentsource', 'optinsource'],
    sms_consent: [
      '短信同意',
      '同意短信',
      '同意接收短信',
      '营销同意',
      '同意营销',
      '接收短信',
      '是否接收短信',
      '是否同意营销短信',
      '短信订阅',
      'smsconsent',
      'smsoptin',
      'optin',
      'marketingconsent',
      'consent',
    ],
  },
  identities: {},
  tags: { tags: tagHeaders },
  orders: {
    order_id: [
      '订单号',
      '订单编号',
      '订单ID',
      '单号',
      '交易号',
      '小票号',
      '流水号',
      'orderid',
      'orderno',
      'ordernumber',
      'basketid',
      'transactionid',
      'receiptno',
      'invoiceno',
    ],
    time: [...orderTimeHeaders, ...timeHeaders],
    amount: amountHeaders,
  },
  events: {
    event: ['事件', '事件名', '事件名称', '行为', 'event', 'eventname', 'action', 'eventtype'],
    time: ['发生时间', '事件时间', '兑换时间', '兑换日期', '核销时间', 'redemptiondate', ...timeHeaders, ...orderTimeHeaders],
    amount: amountHeaders,
    message_id: ['消息ID', '唯一编号', '事件ID', 'messageid', 'eventid', 'insertid', 'uuid'],
  },
  campaignContacts: {
    campaign: ['活动', '活动编号', '活动代码', '活动ID', '批次', 'campaign', 'campaignid', 'campaigncode'],
    campaign_name: ['活动名称', '活动名', 'campaignname'],
    campaign_type: ['活动类型', '类型', 'campaigntype', 'type', 'description'],
    time: ['触达时间', '发送时间', '发送日期', '开始时间', '开始日期', 'contactedat', 'sentat', 'senttime', 'startdate', 'starttime', ...timeHeaders],
    until: ['结束时间', '结束日期', '截止时间', '截止日期', 'enddate', 'endtime', 'endsat', 'until'],
    state: ['结果', '状态', '发送状态', '发送结果', '送达状态', 'state', 'status', 'result', 'outcome'],
    cost: ['费用', '成本', '花费', 'cost', 'fee'],
  },
}

/** Headers of well-known attributes. */
const attributeHeaders: Record<string, readonly string[]> = {
  name: ['姓名', '名字', '客户姓名', '会员姓名', '客户名称', '称呼', '昵称', 'name', 'fullname', 'customername', 'nickname'],
  gender: ['性别', 'gender', 'sex'],
  birthday: ['生日', '出生日期', '出生年月', 'birthday', 'birthdate', 'dateofbirth', 'dob'],
  city: ['城市', '所在城市', '市', 'city'],
  province: ['省份', '省', '所在省份', 'province', 'state'],
}

/** The columns that our own file of bad rows begins with: mended and uploaded again, they are no data. */
export const badRowHeaders = ['行号 line', '原因 reason'] as const

export function isBadRowHeader(header: string): boolean {
  return badRowHeaders.some((own) => own === header)
}

/** The field that a header names for a target, or null. */
export function fieldOfHeader(header: string, target: ImportTarget): string | null {
  const plain = plainHeader(header)
  if (plain === '') return null
  return lookup(identityHeaders, plain) ?? lookup(targetHeaders[target], plain) ?? (target === 'people' ? attributeOf(plain) : null)
}

function attributeOf(plain: string): string | null {
  const key = lookup(attributeHeaders, plain)
  return key === null ? null : `attribute:${key}`
}

function lookup(headers: Record<string, readonly string[]>, plain: string): string | null {
  for (const [field, words] of Object.entries(headers)) if (words.some((word) => plainHeader(word) === plain)) return field
  return null
}

/** A header without case, blanks, punctuation and what stands in brackets. */
export function plainHeader(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[((【[].*$/u, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
}
