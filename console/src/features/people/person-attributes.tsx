import { EditOutlined, PlusOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useState } from 'react'
import { peopleRoutes, type Person, type PersonAttribute } from '../../../../contracts/people.ts'
import { useAct, useRead } from '../../ui/api.ts'
import { NamedSelect } from '../../ui/named-select.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useMay } from '../../ui/session-context.ts'
import { useLocaleText, useText } from '../../ui/text.ts'
import { useAttributeText } from '../../ui/use-attribute-text.ts'
import { Ago } from '../../ui/values.tsx'
import { AttributeEditor, type AttributeInput } from './attribute-editor.tsx'
import { SourceName } from './source-name.tsx'

const shownAtFirst = 14

/** What is known about the person, with when and from where; corrected in place, and taken back with one click. */
export function PersonAttributes({ person }: { person: Person }) {
  const text = useText('people')
  const may = useMay()
  const [editing, setEditing] = useState<string>()
  const [showsAll, setShowsAll] = useState(false)
  const known = useRead(peopleRoutes.listAttributes)
  const save = useSaveAttribute(person.personId, () => setEditing(undefined))
  const has = new Set(person.attributes.map(({ key }) => key))
  const missing = known.data?.items.filter(({ key }) => !has.has(key) && key !== 'created_at') ?? []
  const adding = missing.find(({ key }) => key === editing)
  const atFirst = person.attributes.filter(({ hidden }) => !hidden).slice(0, shownAtFirst)
  const shown = showsAll ? person.attributes : atFirst
  return (
    <Panel title={text('person.attributes')}>
      {person.attributes.length === 0 && <p className="faint">{text('person.noAttributes')}</p>}
      <ul className="attributes">
        {shown.map((attribute) => (
          <AttributeEntry
            key={attribute.key}
            attribute={attribute}
            isEditing={editing === attribute.key}
            error={save.error}
            onEdit={() => {
              save.reset()
              setEditing(attribute.key)
            }}
            onCancel={() => setEditing(undefined)}
            onSave={(value) => save.save(attribute, value)}
          />
        ))}
      </ul>
      {person.attributes.length > atFirst.length && (
        <Button type="link" size="small" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? text('identities.fewer') : text('attributes.all', { count: person.attributes.length })}
        </Button>
      )}
      {may('people.write') && missing.length > 0 && (
        <AddAttribute missing={missing} chosen={adding?.key} onChoose={(key) => setEditing(key)}>
          {adding && (
            <AttributeEditor
              type={adding.type}
              initial={undefined}
              error={save.error}
              onCancel={() => setEditing(undefined)}
              onSave={(value) => save.save({ ...adding, value: undefined, masked: false }, value)}
            />
          )}
        </AddAttribute>
      )}
    </Panel>
  )
}

type Saved = Pick<PersonAttribute, 'key' | 'label' | 'masked'> & { value: AttributeInput | undefined }

function useSaveAttribute(personId: number, onDone: () => void) {
  const text = useText('people')
  const pick = useLocaleText()
  const { message } = App.useApp()
  const act = useAct(peopleRoutes.updatePerson, { showsErrorItself: true })
  const undo = useAct(peopleRoutes.updatePerson, { done: text('attributes.undone') })
  const save = (attribute: Saved, value: AttributeInput | null): void => {
    act.mutate(
      { params: { personId }, body: { attributes: { [attribute.key]: value } } },
      {
        onSuccess: () => {
          onDone()
          const key = `attribute-${attribute.key}`
          const back = (): void => {
            message.destroy(key)
            undo.mutate({ params: { personId }, body: { attributes: { [attribute.key]: attribute.value ?? null } } })
          }
          void message.success({
            key,
            duration: 8,
            content: (
              <>
                {text('attributes.saved', { name: pick(attribute.label) })} {/* What was masked is not known here, and cannot be put back. */}
                {!attribute.masked && (
                  <button type="button" className="link-button" onClick={back}>
                    {text('attributes.undo')}
                  </button>
                )}
              </>
            ),
          })
        },
      },
    )
  }
  return { save, error: act.error, reset: act.reset }
}

interface AttributeEntryProps {
  attribute: PersonAttribute
  isEditing: boolean
  error: Error | null
  onEdit: () => void
  onCancel: () => void
  onSave: (value: AttributeInput | null) => void
}

function AttributeEntry({ attribute, isEditing, error, onEdit, onCancel, onSave }: AttributeEntryProps) {
  const text = useText('people')
  const pick = useLocaleText()
  const may = useMay()
  const attributeText = useAttributeText()
  const canEdit = may('people.write') && attribute.key !== 'created_at'
  return (
    <li>
      <span className="faint attribute-label">{pick(attribute.label)}</span>
      {isEditing ? (
        <AttributeEditor
          type={attribute.type}
          initial={attribute.masked ? undefined : attribute.value}
          canRemove
          error={error}
          onCancel={onCancel}
          onSave={onSave}
        />
      ) : (
        <>
          <span className="attribute-value">
            {attributeText(attribute.key, attribute.value)}
            {canEdit && (
              <Button
                type="text"
                size="small"
                className="attribute-edit"
                icon={<EditOutlined />}
                aria-label={text('attributes.edit', { name: pick(attribute.label) })}
                onClick={onEdit}
              />
            )}
          </span>
          {attribute.at !== null && (
            <small className="faint">
              {attribute.source && (
                <>
                  <SourceName source={attribute.source} />
                  {' · '}
                </>
              )}
              <Ago at={attribute.at} />
            </small>
          )}
        </>
      )}
    </li>
  )
}

interface AddAttributeProps {
  missing: { key: string; label: { zh: string; en: string } }[]
  chosen: string | undefined
  onChoose: (key: string | undefined) => void
  children: React.ReactNode
}

function AddAttribute({ missing, chosen, onChoose, children }: AddAttributeProps) {
  const text = useText('people')
  const pick = useLocaleText()
  const [isOpen, setOpen] = useState(false)
  if (!isOpen)
    return (
      <Button type="link" size="small" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setOpen(true)}>
        {text('attributes.add')}
      </Button>
    )
  return (
    <div className="attribute-add">
      <NamedSelect
        label={text('attributes.add')}
        placeholder={text('attributes.which')}
        autoFocus
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={chosen}
        onChange={onChoose}
        options={missing.map(({ key, label }) => ({ value: key, label: pick(label) }))}
      />
      {children}
    </div>
  )
}
