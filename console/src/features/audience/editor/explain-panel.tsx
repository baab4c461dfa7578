import { CheckCircleFilled, CloseCircleOutlined } from '@ant-design/icons'
import { Skeleton } from 'antd'
import { useState } from 'react'
import { audienceRoutes } from '../../../../../contracts/audience.ts'
import type { AnswerOf } from '../../../../../contracts/client.ts'
import { peopleRoutes } from '../../../../../contracts/people.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { NamedSelect } from '../../../ui/named-select.tsx'
import { useRead } from '../../../ui/api.ts'
import { ErrorView } from '../../../ui/error-view.tsx'
import { Link } from '../../../ui/link.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { useLocaleText, useText } from '../../../ui/text.ts'
import { renderOption } from '../rule/option-label.tsx'
import { isGroup, nodeAt } from '../rule/rule-editing.ts'
import { useSettled } from '../rule/use-settled.ts'

/** Why a person is in the rule, or not: every node with what was found. */
export function ExplainPanel({ rule, isFinished }: { rule: Rule; isFinished: boolean }) {
  const text = useText('audience')
  const [personId, setPersonId] = useState<number>()
  return (
    <Panel title={text('explain.title')}>
      <PersonSelect value={personId} onChange={setPersonId} />
      {personId === undefined && <p className="faint explain-help">{text('explain.help')}</p>}
      {personId !== undefined && !isFinished && <p className="faint explain-help">{text('explain.unfinished')}</p>}
      {personId !== undefined && isFinished && <Explanation rule={rule} personId={personId} />}
    </Panel>
  )
}

/** By number of the person, or by whatever the search of people takes. */
function PersonSelect({ value, onChange }: { value: number | undefined; onChange: (personId: number | undefined) => void }) {
  const text = useText('audience')
  const common = useText('common')
  const [typed, setTyped] = useState('')
  const search = useSettled(typed.trim(), 300)
  const people = useRead(peopleRoutes.listPeople, { query: { search, limit: 8 }, enabled: search !== '', keepPrevious: true })
  const found = (people.data?.items ?? []).map(({ personId, name, phone }) => ({
    value: personId,
    label: name ?? common('person', { personId }),
    note: phone ?? '',
  }))
  const id = /^[1-9]\d{0,8}$/.test(typed.trim()) ? Number(typed.trim()) : value
  const options =
    id === undefined || found.some((one) => one.value === id) ? found : [{ value: id, label: common('person', { personId: id }), note: '' }, ...found]
  return (
    <NamedSelect
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      style={{ width: '100%' }}
      value={value}
      placeholder={text('explain.person')}
      label={text('explain.person')}
      notFoundContent={search === '' ? null : people.isFetching ? text('explain.searching') : text('explain.notFound')}
      options={options}
      optionRender={renderOption}
      onChange={onChange}
    />
  )
}

function Explanation({ rule, personId }: { rule: Rule; personId: number }) {
  const text = useText('audience')
  const settled = useSettled(rule, 400)
  const read = useRead(audienceRoutes.explainRule, { body: { rule: settled, personId }, keepPrevious: true })
  if (read.error) return <ErrorView error={read.error} retry={() => void read.refetch()} />
  if (!read.data) return <Skeleton active title={false} />
  return (
    <div aria-live="polite" className={read.isPlaceholderData ? 'explain-stale' : ''}>
      <p className={`explain-verdict ${read.data.holds ? 'explain-holds' : 'explain-fails'}`}>
        <Mark holds={read.data.holds} /> {text(read.data.holds ? 'explain.in' : 'explain.out')}{' '}
        <Link to={`/people/${personId}`}>{text('explain.openPerson')}</Link>
      </p>
      <ul className="explain-nodes">
        {read.data.nodes
          .filter((node) => says(settled, node.path))
          .map((node) => (
            <Node key={node.path} node={node} />
          ))}
      </ul>
    </div>
  )
}

/** A group of one says nothing that the one does not; the root is the verdict. */
function says(rule: Rule, path: string): boolean {
  const node = nodeAt(rule, path)
  return path !== '' && (node === undefined || !isGroup(node) || node.rules.length !== 1)
}

type ExplainedNode = AnswerOf<typeof audienceRoutes.explainRule>['nodes'][number]

function Node({ node }: { node: ExplainedNode }) {
  const text = useText('audience')
  const pick = useLocaleText()
  const depth = [...node.path.matchAll(/rules\.\d+|rule(?=\.|$)/g)].length
  return (
    <li style={{ paddingInlineStart: (depth - 1) * 16 }}>
      <Mark holds={node.holds} />
      <span>
        {pick(node.sentence)}
        {node.found !== null && <small className="faint"> {text('explain.found', { value: pick(node.found) })}</small>}
      </span>
    </li>
  )
}

function Mark({ holds }: { holds: boolean }) {
  const text = useText('audience')
  return (
    <span className={holds ? 'explain-holds' : 'explain-fails'}>
      {holds ? <CheckCircleFilled aria-hidden="true" /> : <CloseCircleOutlined aria-hidden="true" />}
      <span className="visually-hidden">{text(holds ? 'explain.yes' : 'explain.no')}</span>
    </span>
  )
}
