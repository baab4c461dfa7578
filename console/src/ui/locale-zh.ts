export const texts = import.meta.glob<Record<string, unknown>>('../locales/zh/*.json', { eager: true, import: 'default' })
export { default as antdLocale } from 'antd/locale/zh_CN'
import 'dayjs/locale/zh-cn'
