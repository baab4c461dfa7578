import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportTarget } from '../../../../contracts/import-setup.ts'
import type { Context } from '../../access/index.ts'
import { startTestKit, type TestKit } from '../../../test/kit.ts'
import { configureImport } from './configure-import.ts'
import { importsFolder } from './import-file.ts'
import { readImport, readSuggestedMapping } from './read-import.ts'
import { uploadImport } from './upload-import.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

const text = '会员号,姓名,手机号,城市,注册时间\nM1,张三,13812345678,上海,2024-01-02 03:04:05\nM2,李四,13912345678,北京,2024-01-03 03:04:05\n'
/** The names above in GBK, as a spreadsheet in China saves them. */
const gbk = Buffer.from('bbe1d4b1bac52cd0d5c3fb2ccad6bbfa2ccbd8b2c40a4d312cd5c5c8fd2c31333831323334353637382cc1aacda80a', 'hex')

const upload = (content: Buffer | string, target: ImportTarget = 'people') =>
  uploadImport(ctx, { fileName: 'a.csv', content: Readable.from([Buffer.from(content)]), target })

describe('uploadImport', () => {
  it('suggests fields by Chinese headers and masks personal samples', async () => {
    const found = await upload(text)
    expect(found.columns.map((column) => column.suggestion)).toEqual(['member_no', 'attribute:name', 'phone', 'attribute:city', 'created_at'])
    expect(found.columns[2]?.samples).toEqual(['138****5678', '139****5678'])
    expect(found).toMatchObject({ encoding: 'utf-8', delimiter: ',', estimatedRows: 2, state: 'uploaded' })
  })

  it.each([
    ['UTF-8 with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), 'utf-8'],
    ['UTF-16 little endian', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]), 'utf-16le'],
    ['UTF-16 big endian', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, 'utf16le').swap16()]), 'utf-16be'],
    ['gzip', gzipSync(text), 'utf-8'],
  ])('reads %s', async (_name, content, encoding) => {
    const found = await upload(content)
    expect(found.encoding).toBe(encoding)
    expect(found.columns.map((column) => column.header)).toEqual(['会员号', '姓名', '手机号', '城市', '注册时间'])
  })

  it('reads GBK, even where the bytes begin like UTF-8', async () => {
    const found = await upload(gbk)
    expect(found.encoding).toBe('gb18030')
    expect(found.columns.map((column) => column.header)).toEqual(['会员号', '姓名', '手机', '素材'])
    expect(found.columns[3]?.samples).toEqual(['联通'])
  })

  it('finds tabs and semicolons', async () => {
    expect((await upload('phone\tname\n13812345678\ta,b\n13812345679\tc\n')).delimiter).toBe('\t')
    expect((await upload('phone;name\n13812345678;a,b\n13812345679;c\n')).delimiter).toBe(';')
  })

  it('finds separators of other programs', async () => {
    for (const delimiter of ['|', '^', '~', '\u0001']) {
      const rows = [
        ['phone', 'name', 'city'],
        ['13812345678', 'a,b', 'x'],
        ['13812345679', 'c', 'y'],
      ]
      const found = await upload(rows.map((row) => row.join(delimiter)).join('\n'))
      expect([found.delimiter, found.columns.length]).toEqual([delimiter, 3])
    }
  })

  it('passes over titles and notes above the header, and says how the first lines stand there', async () => {
    const found = await upload('2024年会员名单,,,\n\n"导出时间：2024-03-05",,,\n手机号,姓名,城市,等级\n13812345678,张三,上海,金\n13812345679,李四,,银\n')
    expect([found.headerLine, found.columns.map((column) => column.header)]).toEqual([4, ['手机号', '姓名', '城市', '等级']])
    expect(found.headLines.slice(0, 5)).toEqual([
      ['2024年会员名单', '', '', ''],
      [],
      ['导出时间：2024-03-05', '', '', ''],
      ['手机号', '姓名', '城市', '等级'],
      ['138****5678', '张三', '上海', '金'],
    ])
    const chosen = await configureImport(ctx, { id: found.id, headerLine: 5 })
    expect(chosen.columns.map((column) => column.header)).toEqual(['13812345678', '张三', '上海', '金'])
    expect((await configureImport(ctx, { id: found.id, headerLine: 0, delimiter: ';' })).columns).toHaveLength(1)
    await expect(configureImport(ctx, { id: found.id, headerLine: 2 })).rejects.toMatchObject({ errorName: 'validation' })
  })

  it('is read in another encoding when somebody says so, and as before when it does not fit', async () => {
    const found = await upload(gbk)
    expect(found).toMatchObject({ encoding: 'gb18030', columns: [{ header: '会员号' }, { header: '姓名' }, {}, {}] })
    await expect(configureImport(ctx, { id: found.id, encoding: 'utf-8' })).rejects.toMatchObject({
      errorName: 'validation',
      zh: expect.stringContaining('UTF-8'),
    })
    expect(await readImport(ctx, found)).toMatchObject({ encoding: 'gb18030', bytes: found.bytes, columns: found.columns })

    // Four bytes that are two characters in UTF-8 and in GBK, and two more in UTF-16: nobody can know which.
    const unclear = await upload(Buffer.from('a,b\n\u00e9\u00e8,1\n'))
    expect(unclear).toMatchObject({ encoding: 'utf-8', columns: [{ samples: ['\u00e9\u00e8'] }, { samples: ['1'] }] })
    const files = readdirSync(importsFolder(kit.platform)).length
    const asGbk = await configureImport(ctx, { id: unclear.id, encoding: 'gb18030' })
    expect(asGbk).toMatchObject({ encoding: 'gb18030', columns: [{ header: 'a', samples: ['\u8305\u732b'] }, { samples: ['1'] }], estimatedRows: 1 })
    expect(await configureImport(ctx, { id: unclear.id, encoding: 'utf-8' })).toMatchObject({
      encoding: 'utf-8',
      bytes: unclear.bytes,
      columns: unclear.columns,
    })
    expect(readdirSync(importsFolder(kit.platform))).toHaveLength(files + 1)

    const wide = await upload(Buffer.from(`\ufeff${text}`, 'utf16le'))
    await expect(configureImport(ctx, { id: wide.id, encoding: 'utf-8' })).rejects.toMatchObject({ errorName: 'validation' })
    const begun = await configureImport(ctx, { id: wide.id, encoding: 'utf-16le', headerLine: 0 })
    expect(begun).toMatchObject({ encoding: 'utf-16le', headerLine: 0 })
  })

  it('tells columns of the same name apart and forgets empty ones at the end', async () => {
    const found = await upload('phone,备注,备注,,\n13812345678,a,b,,\n13812345679,c,d,,\n')
    expect(found.columns.map((column) => column.header)).toEqual(['phone', '备注', '备注 (2)'])
  })

  it('keeps nothing when the disk is full or the file too large', async () => {
    const before = readdirSync(importsFolder(kit.platform)).length
    async function* filling() {
      yield Buffer.from(text)
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    await expect(uploadImport(ctx, { fileName: 'a.csv', content: Readable.from(filling()), target: 'people' })).rejects.toMatchObject({
      errorName: 'unavailable',
      zh: expect.stringContaining('磁盘空间不足'),
    })
    const small = { ...ctx, platform: { ...kit.platform, config: { ...kit.platform.config, uploadBytesMax: 100 } } }
    await expect(uploadImport(small, { fileName: 'a.csv', content: Readable.from([gzipSync(text)]), target: 'people' })).rejects.toMatchObject({
      errorName: 'too-large',
    })
    expect(readdirSync(importsFolder(kit.platform))).toHaveLength(before)
  })

  it('knows columns by what stands in them when there is no header', async () => {
    const found = await upload('13812345678,a@example.com,2024-01-02 03:04:05\n13912345678,b@example.com,2024-01-03 03:04:05\n')
    expect(found.columns.map((column) => [column.suggestion, column.reason])).toEqual([
      ['phone', 'content'],
      ['email', 'content'],
      ['', 'none'],
    ])
  })

  it('suggests orders, events and contacts by their own words', async () => {
    const found = await upload('household_id,basket_id,product_id,sales_value,transaction_timestamp\n1,2,3,4.5,2017-01-28 19:06:53\n', 'orders')
    expect(found.columns.map((column) => column.suggestion)).toEqual(['member_no', 'order_id', 'property:product_id', 'amount', 'time'])
    // Said once, at the upload: whoever opens the import later is not asked again.
    expect(found.target).toBe('orders')
    const asContacts = await readSuggestedMapping(ctx, {
      id: (await upload('campaign_id,household_id,campaign_type,start_date,end_date\n1,2,Type A,2017-01-28,2017-02-28\n')).id,
      target: 'campaignContacts',
    })
    expect(asContacts.mapping).toEqual(['campaign', 'member_no', 'campaign_type', 'time', 'until'])
  })

  it.each([
    ['an empty file', Buffer.alloc(0), /empty/],
    ['only a header', Buffer.from('a,b\n'), /no rows/],
    ['a torn workbook', Buffer.from('504b0304aaaa', 'hex'), /damaged/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old Excel/],
    ['a binary file', Buffer.from('7f454c460201010000000000000000000200', 'hex'), /not a text file/],
    ['damaged gzip', Buffer.concat([gzipSync(text).subarray(0, 40), Buffer.from('xxxx')]), /damaged/],
    ['bytes of no encoding', Buffer.from('6e616d650aff80ff80ff80ff0a', 'hex'), /neither UTF-8 nor GBK/],
  ])('refuses %s and leaves no file', async (_name, content, message) => {
    const before = readdirSync(importsFolder(kit.platform)).length
    await expect(upload(content)).rejects.toThrow(message)
    expect(readdirSync(importsFolder(kit.platform))).toHaveLength(before)
  })

  it('keeps nothing readable on disk', async () => {
    await upload(text)
    const folder = importsFolder(kit.platform)
    const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(path.join(folder, name))))
    expect(bytes.includes('13812345678')).toBe(false)
    expect(bytes.includes('张三')).toBe(false)
  })

  it('is not found from another workspace', async () => {
    const { id } = await upload(text)
    await expect(readImport(await kit.workspace(), { id })).rejects.toMatchObject({ errorName: 'not-found' })
  })
})
