/** A region's path is written in many ways: 浙江省杭州市, 浙江省 / 杭州市, 浙江省-杭州市. Without what separates its steps they are one. */
const separators = '[ \t/\\\\|>·,，、—–-]'
const separator = new RegExp(separators, 'g')

export function regionText(value: string): string {
  return value.replaceAll(separator, '')
}

/** The same of an expression. */
export function regionTextSql(value: string): string {
  return `replaceRegexpAll(${value}, '${separators.replaceAll('\\', '\\\\')}', '')`
}
