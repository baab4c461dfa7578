import { Button, InputNumber, Popover, Select, type SelectProps } from 'antd'
import { importEncodings, type ImportEncoding } from '../../../../../contracts/import-setup.ts'
import { importRoutes, type Import } from '../../../../../contracts/imports.ts'
import { useAct } from '../../../ui/api.ts'
import { formatBytes } from '../../../ui/format.ts'
import { useText } from '../../../ui/text.ts'
import { Count } from '../../../ui/values.tsx'

const delimiters = [',', ';', '\t', '|'] as const
const delimiterNames: Record<string, 'comma' | 'semicolon' | 'tab' | 'bar'> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }

const encodingNames: Record<ImportEncoding, string> = { 'utf-8': 'UTF-8', gb18030: 'GBK / GB18030', 'utf-16le': 'UTF-16 LE', 'utf-16be': 'UTF-16 BE' }

/** How the file was read; what was guessed wrong is put right here. */
export function FileFacts({ one, onChanged }: { one: Import; onChanged: () => void }) {
  const text = useText('data')
  const configure = useAct(importRoutes.configureImport, { onDone: onChanged })
  const change = (body: { sheet?: number; headerLine?: number; delimiter?: string; encoding?: ImportEncoding }): void =>
    configure.mutate({ params: { id: one.id }, body })
  return (
    <div className="panel file-facts" aria-busy={configure.isPending}>
      <span>
        {formatBytes(one.bytes)} · {text('imports.about')} <Count value={one.estimatedRows} /> {text('imports.rows', { count: one.estimatedRows })} ·{' '}
        {text('imports.columnsFound', { count: one.columns.length })}
      </span>
      {one.fileKind === 'text' && (
        <FactSelect
          label={text('imports.encoding')}
          loading={configure.isPending}
          value={one.encoding}
          onChange={(encoding: ImportEncoding) => change({ encoding })}
          options={importEncodings.map((value) => ({ value, label: encodingNames[value] }))}
        />
      )}
      {one.fileKind === 'text' && (
        <FactSelect
          label={text('imports.delimiter')}
          loading={configure.isPending}
          value={one.delimiter}
          onChange={(delimiter: string) => change({ delimiter })}
          options={[...new Set([...delimiters, one.delimiter])].map((value) => ({
            value,
            label: delimiterNames[value] ? text(`imports.delimiters.${delimiterNames[value]}`) : value,
          }))}
        />
      )}
      {one.sheets.length > 1 && (
        <FactSelect
          label={text('imports.sheet')}
          loading={configure.isPending}
          value={one.sheet ?? 0}
          onChange={(sheet: number) => change({ sheet })}
          options={one.sheets.map((sheet, value) => ({ value, label: sheet.hidden ? `${sheet.name} · ${text('imports.sheetHidden')}` : sheet.name }))}
        />
      )}
      <Popover trigger="click" placement="bottomRight" content={<HeaderChoice one={one} onChange={(headerLine) => change({ headerLine })} />}>
        <Button size="small">{one.headerLine === 0 ? text('imports.noHeader') : text('imports.headerAt', { line: one.headerLine })}</Button>
      </Popover>
    </div>
  )
}

/** One fact about how the file was read, chosen anew in place. */
function FactSelect<Value extends string | number>({ label, ...props }: { label: string } & SelectProps<Value>) {
  return (
    <span>
      <span className="faint">{label}</span> <Select<Value> size="small" aria-label={label} popupMatchSelectWidth={false} {...props} />
    </span>
  )
}

/** The first rows as they stand in the file: the one that names the columns is chosen by a click, any other by number. */
function HeaderChoice({ one, onChange }: { one: Import; onChange: (line: number) => void }) {
  const text = useText('data')
  return (
    <div className="header-choice">
      <p className="faint">{text('imports.headerHelp')}</p>
      <ol>
        {one.headLines.slice(0, 8).map((cells, index) => (
          <li key={index}>
            <button type="button" aria-pressed={one.headerLine === index + 1} onClick={() => onChange(index + 1)}>
              <span className="faint number">{index + 1}</span>{' '}
              {cells
                .filter((cell) => cell !== '')
                .slice(0, 6)
                .join(' · ') || '–'}
            </button>
          </li>
        ))}
      </ol>
      <span className="header-other">
        <InputNumber
          size="small"
          min={1}
          max={1000}
          aria-label={text('imports.headerLine')}
          value={one.headerLine === 0 ? null : one.headerLine}
          onChange={(line) => line !== null && onChange(line)}
        />
        <Button size="small" type="link" onClick={() => onChange(0)}>
          {text('imports.withoutHeader')}
        </Button>
      </span>
    </div>
  )
}
