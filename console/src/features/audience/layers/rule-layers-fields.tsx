import { Button, Drawer, Input } from 'antd'
import { useState } from 'react'
import type { Problem } from '../../../../../contracts/errors.ts'
import type { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import { everyone, type Rule } from '../../../../../contracts/rule.ts'
import { useLocale, useLocaleText, useText } from '../../../ui/text.ts'
import { RuleEditor } from '../editor/rule-editor.tsx'
import { useSentence } from '../editor/use-sentence.ts'
import { unfinishedNodes } from '../rule/unfinished.ts'
import { Field } from './field.tsx'

type RulesDefinition = Extract<LayerDefinition, { kind: 'rules' }>
type RuleLayer = RulesDefinition['layers'][number]
const layersMax = 11

/** Layers by rules, in order: each with whatever the rule builder can say. */
export function RuleLayersFields({ definition, onChange }: { definition: RulesDefinition; onChange: (definition: LayerDefinition) => void }) {
  const text = useText('layers')
  const { layers } = definition
  const set = (next: RuleLayer[]): void => onChange({ ...definition, layers: next })
  const add = (): void => {
    const taken = new Set(layers.map(({ name }) => name))
    let number = layers.length + 1
    while (taken.has(`layer${number}`)) number += 1
    const words = text('definition.newLayer', { number })
    set([...layers, { name: `layer${number}`, label: { zh: words, en: words }, rule: everyone }])
  }
  const move = (index: number, by: number): void => {
    const next = [...layers]
    const [moved] = next.splice(index, 1)
    if (moved) next.splice(index + by, 0, moved)
    set(next)
  }
  return (
    <>
      <p className="faint">{text('definition.ruleLead')}</p>
      {layers.map((layer, index) => (
        <div key={layer.name} className="layer-part">
          <RuleLayerFields layer={layer} onChange={(changed) => set(layers.map((each, at) => (at === index ? changed : each)))} />
          <p>
            <Button size="small" disabled={index === 0} onClick={() => move(index, -1)}>
              {text('definition.up')}
            </Button>{' '}
            <Button size="small" disabled={index === layers.length - 1} onClick={() => move(index, 1)}>
              {text('definition.down')}
            </Button>{' '}
            <Button size="small" disabled={layers.length === 1} onClick={() => set(layers.filter((_, at) => at !== index))}>
              {text('definition.remove')}
            </Button>
          </p>
        </div>
      ))}
      {layers.length < layersMax && (
        <p>
          <Button onClick={add}>{text('definition.addLayer')}</Button>
        </p>
      )}
    </>
  )
}

function RuleLayerFields({ layer, onChange }: { layer: RuleLayer; onChange: (layer: RuleLayer) => void }) {
  const text = useText('layers')
  const locale = useLocale()
  const pick = useLocaleText()
  const [isEditing, setEditing] = useState(false)
  const { sentence } = useSentence(layer.rule, true)
  const isEveryone = JSON.stringify(layer.rule) === JSON.stringify(everyone)
  return (
    <>
      <Field label={text('definition.layerName')}>
        <Input
          aria-label={text('definition.layerName')}
          maxLength={40}
          value={layer.label[locale]}
          onChange={(event) => onChange({ ...layer, label: { ...layer.label, [locale]: event.target.value } })}
        />
      </Field>
      <div className="layer-rule">
        <span>{isEveryone ? <span className="faint">{text('definition.everyone')}</span> : sentence ? pick(sentence) : '…'}</span>
        <Button
          size="small"
          type={isEveryone ? 'primary' : 'default'}
          aria-label={text('definition.editRuleOf', { layer: layer.label[locale] })}
          onClick={() => setEditing(true)}
        >
          {text('definition.editRule')}
        </Button>
      </div>
      {isEditing && (
        <RuleDrawer
          title={text('definition.editRuleOf', { layer: layer.label[locale] })}
          initial={layer.rule}
          onClose={() => setEditing(false)}
          onDone={(rule) => {
            setEditing(false)
            onChange({ ...layer, rule })
          }}
        />
      )}
    </>
  )
}

interface RuleDrawerProps {
  title: string
  initial: Rule
  onClose: () => void
  onDone: (rule: Rule) => void
}

const noProblems: ReadonlyMap<string, Problem[]> = new Map()

/** A layer's rule in the builder; it is taken over when it is done, and not before. */
function RuleDrawer({ title, initial, onClose, onDone }: RuleDrawerProps) {
  const text = useText('layers')
  const common = useText('common')
  const [rule, setRule] = useState(initial)
  const isFinished = unfinishedNodes(rule).size === 0
  return (
    <Drawer
      open
      size={860}
      title={title}
      keyboard={false}
      mask={{ closable: false }}
      onClose={onClose}
      extra={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>{' '}
          <Button type="primary" disabled={!isFinished} onClick={() => onDone(rule)}>
            {text('definition.ruleDone')}
          </Button>
        </>
      }
    >
      <RuleEditor initial={initial} problems={noProblems} onChange={setRule} />
    </Drawer>
  )
}
