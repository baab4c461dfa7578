import fs from 'node:fs'
import { Readable } from 'node:stream'
import { assert, boolean, double, integer, property } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../../access/index.ts'
import { startTestKit, type TestKit } from '../../../../test/kit.ts'
import { configureImport } from '../configure-import.ts'
import { importsFolder } from '../import-file.ts'
import { prepareNext } from '../prepare-workbook.ts'
import { importFile } from '../testing/import-kit.ts'
import { inlineRows, makeWorkbook, zip, type WorkbookAsk } from '../testing/make-workbook.ts'
import { uploadImport } from '../upload-import.ts'
import { kindOfCode, serialText } from './number-formats.ts'
import { numberText } from './read-sheet.ts'
import { readSharedStrings } from './shared-strings.ts'

let kit: TestKit
let ctx: Context
beforeAll(async () => {
  kit = await startTestKit()
  ctx = await kit.workspace()
})
afterAll(() => kit.stop())

const upload = (content: Buffer) => uploadImport(ctx, { fileName: '客户.xlsx', content: Readable.from([content]), target: 'people' })
const uploadBook = (ask: WorkbookAsk) => upload(makeWorkbook(ask))
const filesNow = () => (fs.existsSync(importsFolder(kit.platform)) ? fs.readdirSync(importsFolder(kit.platform)).toSorted() : [])

describe('a workbook', () => {
  it('is read as its people see it: shared and inline strings, numbers, dates, booleans, results of formulas and errors', async () => {
    const rows = `
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c><c r="F1" t="inlineStr"><is><t>备</t><r><t>注</t></r></is></c></row>
      <row r="3"><c r="A3"><v>13812345678</v></c><c r="B3" s="1"><v>45356</v></c><c r="C3" s="2"><v>45356.354166666664</v></c><c r="D3" t="b"><v>1</v></c><c r="E3"><f>1+1</f><v>2.5</v></c><c r="F3" t="str"><f>"a"</f><v>张,三"四</v></c></row>
      <row r="4"><c r="A4"><v>1.3912345678E10</v></c><c r="C4" s="3"><v>0.5</v></c><c r="E4" t="e"><v>#N/A</v></c><c r="F4"><f>A1</f></c></row>`
    const strings = ['手机号', '生日', '注册时间', '会员', '<r><t>金</t></r><r><t>额</t></r><rPh><t>JINE</t></rPh>']
    const found = await uploadBook({ sheets: [{ name: '客户', rows }], strings, formats: ['yyyy"年"m"月"d"日"', 'yyyy/m/d h:mm:ss', 'h:mm'] })
    expect(found).toMatchObject({ state: 'uploaded', fileKind: 'xlsx', sheet: 0, headerLine: 1, estimatedRows: 2, error: null })
    expect(found.columns.map(({ header, samples }) => [header, samples])).toEqual([
      ['手机号', ['138****5678', '139****5678']],
      ['生日', ['2024-03-05']],
      ['注册时间', ['2024-03-05 08:30:00', '12:00:00']],
      ['会员', ['TRUE']],
      ['金额', ['2.5', '#N/A']],
      ['备注', ['张,三"四', '#CALC!']],
    ])
  })

  it('counts days from 1904 when it says so', async () => {
    const rows = '<row><c t="inlineStr"><is><t>生日</t></is></c></row><row><c s="1"><v>0</v></c></row><row><c s="1"><v>43894</v></c></row>'
    const found = await uploadBook({ sheets: [{ name: 'a', rows }], formats: ['yyyy-mm-dd'], date1904: true })
    expect(found.columns[0]?.samples).toEqual(['1904-01-01', '2024-03-05'])
  })

  it('opens at its fullest visible sheet; another can be chosen, and an empty one says so', async () => {
    const table = (header: string) => inlineRows([[header, '姓名'], ...Array.from({ length: 30 }, (_, index) => [`1381234567${index % 10}`, '张三'])])
    const sheets = [
      { name: '填写说明', rows: inlineRows([['请按模板填写']]) },
      { name: '名单', rows: table('手机号') },
      { name: '旧名单', rows: table('电话') + table('电话'), state: 'hidden' as const },
      { name: '空', rows: '' },
    ]
    const found = await uploadBook({ sheets })
    expect([found.sheet, found.sheets.map((sheet) => sheet.hidden), found.columns[0]?.header]).toEqual([1, [false, false, true, false], '手机号'])
    const other = await configureImport(ctx, { id: found.id, sheet: 2 })
    expect([other.state, other.sheet, other.columns[0]?.header]).toEqual(['uploaded', 2, '电话'])
    const empty = await configureImport(ctx, { id: found.id, sheet: 3 })
    expect([empty.state, empty.columns, empty.error?.zh]).toEqual(['uploaded', [], '这个工作表是空的，请选择另一个'])
    await expect(configureImport(ctx, { id: found.id, sheet: 9 })).rejects.toMatchObject({ errorName: 'validation' })
  })

  it('goes in row by row with the row numbers of the spreadsheet, whatever stands in its cells', async () => {
    const rows = `${inlineRows([['会员名单'], ['手机号', '姓名']])}<row r="5"><c t="inlineStr"><is><t>13700000001</t></is></c><c t="inlineStr"><is><t>两
行 &amp; "引号"</t></is></c></row><row r="8"><c><v>1.37E+8</v></c></row>`
    const done = await importFile(ctx, { content: makeWorkbook({ sheets: [{ name: 'a', rows }] }), target: 'people' })
    expect(done).toMatchObject({ state: 'finished', headerLine: 2, rowsRead: 2, rowsGood: 1, rowsBad: 1 })
  })

  it('is refused, with nothing left behind, when it is a bomb, damaged, locked, old or no workbook', async () => {
    const before = filesNow()
    const bomb = makeWorkbook({ sheets: [{ name: 'a', rows: ' '.repeat(130 * 1024 * 1024) }] })
    await expect(upload(bomb)).rejects.toMatchObject({ errorName: 'too-large' })
    await expect(upload(zip({ 'word/document.xml': '<a/>' }))).rejects.toMatchObject({ errorName: 'validation', zh: expect.stringContaining('不是 Excel') })
    await expect(upload(makeWorkbook({ sheets: [{ name: 'a', rows: '' }] }).subarray(0, 700))).rejects.toMatchObject({ zh: expect.stringContaining('已损坏') })
    await expect(upload(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toMatchObject({ zh: expect.stringContaining('密码') })
    expect(filesNow()).toEqual(before)
  })

  it.each([
    ['tags that do not match', '<row><c></row>'],
    ['rows out of order', '<row r="2"/><row r="1"/>'],
    ['a document type', '</sheetData><!DOCTYPE a [<!ENTITY b "c">]><sheetData>'],
  ])('fails clearly on %s', async (_, rows) => {
    const found = await uploadBook({ sheets: [{ name: 'a', rows }] })
    expect([found.state, found.error?.zh]).toEqual(['failed', expect.stringContaining('已损坏')])
  })

  it('is unpacked by whoever lives when the process that did it died', async () => {
    const found = await uploadBook({ sheets: [{ name: 'a', rows: inlineRows([['手机号'], ['13812345678']]) }] })
    await kit.platform.pool.query(`update imports set state = 'preparing', columns = '[]', leased_until = now() - interval '1 second' where id = $1`, [
      found.id,
    ])
    expect(await prepareNext(kit.platform)).toBe(true)
    const { rows } = await kit.platform.pool.query('select state, columns from imports where id = $1', [found.id])
    expect([rows[0].state, rows[0].columns.length]).toEqual(['uploaded', 1])
  })
})

describe('shared strings', () => {
  it('answer the same from memory and from disk, in any order', async () => {
    const all = Array.from({ length: 3_000 }, (_, index) => `文本 ${index} "${'x'.repeat(index % 50)}"`)
    const xml = Buffer.from(`<sst>${all.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`)
    const source = () => ({ xml: Readable.from([xml.subarray(0, 5_000), xml.subarray(5_000)]), bytes: xml.length })
    const memory = await readSharedStrings(kit.platform, ctx.workspaceId, source())
    const disk = await readSharedStrings(kit.platform, ctx.workspaceId, source(), 0)
    for (const index of [0, 2_999, 255, 256, 1_500, 3_000]) {
      await disk.load([index])
      expect(disk.get(index)).toBe(memory.get(index))
    }
    const before = filesNow().length
    await disk.close()
    expect(filesNow().length).toBe(before - 1)
  })
})

describe('number formats', () => {
  it.each([
    ['General', null],
    ['0.00E+00', null],
    ['#,##0.00_ ;[Red]-#,##0.00', null],
    ['0%', null],
    ['@', null],
    ['"日期"0', null],
    ['yyyy/m/d', 'date'],
    ['[$-804]yyyy"年"m"月"d"日";@', 'date'],
    ['m"月"d"日"', 'date'],
    ['[DBNum1][$-804]yyyy"年"m"月"', 'date'],
    ['yyyy-mm-dd hh:mm', 'datetime'],
    ['上午/下午h"时"mm"分"', 'time'],
    ['mm:ss', 'time'],
    ['[h]:mm:ss', 'elapsed'],
  ])('%s shows %s', (code, kind) => expect(kindOfCode(code)).toBe(kind))

  it('knows the leap day that 1900 did not have', () => {
    expect([1, 59, 60, 61].map((serial) => serialText(serial, 'date', false))).toEqual(['1900-01-01', '1900-02-28', null, '1900-03-01'])
    expect(serialText(1.1458333333, 'elapsed', false)).toBe('27:30:00')
  })

  it('gives every day back that a spreadsheet can hold', () => {
    assert(
      property(integer({ min: 61, max: 2_958_465 }), boolean(), (serial, is1904) => {
        const given = is1904 ? Math.max(0, serial - 1_462) : serial
        const text = serialText(given, 'date', is1904)!
        const days = (Date.parse(text) - Date.UTC(is1904 ? 1904 : 1899, is1904 ? 0 : 11, is1904 ? 1 : 30)) / 86_400_000
        return days === given
      }),
    )
  })

  it('writes numbers so that they read back the same, identifiers without exponent', () => {
    expect([13812345678, 0.1, 1e-7, -2.5, 6222021234567890000].map(numberText)).toEqual(['13812345678', '0.1', '0.0000001', '-2.5', '6.22202123456789E+18'])
    assert(property(double({ min: -1e14, max: 1e14, noNaN: true }), (value) => Math.abs(value) < 1e-5 || Number(numberText(value)) === value))
  })
})
