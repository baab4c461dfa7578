import type { Belongings } from './walk.ts'

/** A valid body for every route of a workspace that takes one. A new route without a line here fails the walking tests. */
export function bodies({ id, personId }: Belongings): Record<string, unknown> {
  const rule = { kind: 'hasAddress', channel: 'sms' }
  const campaign = {
    name: '春季上新',
    segmentId: id['segments'],
    templateId: id['templates'],
    accountId: id['accounts'],
    controlPercent: 10,
    goal: { event: 'Order Completed', windowDays: 7 },
  }
  const template = { name: '春季短信', category: 'marketing', signature: '鸿雁', body: '{{ name | default: "您" }}好' }
  const account = { provider: 'sandbox', name: '演示通道', config: {}, ratePerSecond: 100 }
  return {
    addMember: { email: 'walk@example.com', name: '走查', role: 'analyst', initialPassword: 'correct horse' },
    updateMember: { role: 'analyst' },
    createApiKey: { name: '走查', permissions: ['workspace.read'] },
    updateWorkspace: { name: '新店' },
    createSource: { name: '小程序' },
    updateSource: { name: '官网', limits: { perSecond: 100, perDay: null } },
    createWriteKey: { name: '小程序' },
    rotateWriteKey: { overlapHours: 24 },
    updateEventSchema: { event: 'Product Viewed', label: { zh: '浏览商品', en: 'Viewed a product' } },
    updateEventProperty: { event: 'Product Viewed', key: 'sku', type: 'text', isRequired: true },
    retryQuarantined: { ids: [id['quarantine']] },
    discardQuarantined: { all: true },
    startImport: { target: 'people', mapping: ['name', 'phone'] },
    searchPeople: { rule },
    updatePerson: { attributes: { city: '杭州' } },
    setConsent: { channel: 'sms', state: 'granted', proof: '门店签字' },
    createTagCategory: { name: '偏好' },
    updateTagCategory: { name: '喜好' },
    createTag: { name: '走查标签' },
    updateTag: { description: '走查' },
    moveTags: { tagIds: [id['tags']], categoryId: null },
    retireTag: {},
    mergeTags: { intoId: id['otherTag'] },
    deleteTag: { confirmPeople: 10 },
    startTagAction: { tagId: id['tags'], kind: 'add', targets: { kind: 'people', personIds: [personId] } },
    changePersonTags: { set: [{ tagId: id['tags'] }] },
    createSegment: { name: '有手机号', rule },
    updateSegment: { name: '有手机号的人' },
    countRule: { rule },
    describeRule: { rule },
    explainRule: { rule, personId },
    updateLayerModel: { days: 180 },
    createTemplate: template,
    updateTemplate: { body: '您好' },
    previewTemplate: { category: 'marketing', signature: '鸿雁', body: '您好' },
    createAccount: account,
    updateAccount: { ratePerSecond: 50 },
    settleUnknown: { campaignId: id['campaigns'], decision: 'fail' },
    addSuppression: { phone: '13900001111' },
    createCampaign: campaign,
    updateCampaign: { name: '夏季上新' },
    testSend: { phones: ['13900001111'] },
    launchCampaign: { confirmRecipients: 1 },
  }
}
