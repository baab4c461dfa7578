import type { LocaleText } from '../../../../contracts/common.ts'

/** What usual attributes are called; every other is called by its key until somebody names it. */
const labels: Record<string, LocaleText> = {
  name: { zh: '姓名', en: 'Name' },
  first_name: { zh: '名', en: 'First name' },
  last_name: { zh: '姓', en: 'Last name' },
  nickname: { zh: '昵称', en: 'Nickname' },
  gender: { zh: '性别', en: 'Gender' },
  birthday: { zh: '生日', en: 'Birthday' },
  age: { zh: '年龄', en: 'Age' },
  country: { zh: '国家', en: 'Country' },
  province: { zh: '省份', en: 'Province' },
  city: { zh: '城市', en: 'City' },
  district: { zh: '区县', en: 'District' },
  address: { zh: '地址', en: 'Address' },
  company: { zh: '公司', en: 'Company' },
  occupation: { zh: '职业', en: 'Occupation' },
  level: { zh: '等级', en: 'Level' },
  member_level: { zh: '会员等级', en: 'Membership level' },
  points: { zh: '积分', en: 'Points' },
  channel: { zh: '来源渠道', en: 'Channel of origin' },
  store: { zh: '门店', en: 'Store' },
}

/** The name of an attribute in both languages when it is first seen. */
export function attributeLabel(key: string): LocaleText {
  return labels[key] ?? { zh: key, en: key }
}
