import { PlusOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { layerRoutes } from '../../../../../contracts/layers.ts'
import type { Rule } from '../../../../../contracts/rule.ts'
import { useRead } from '../../../ui/api.ts'
import { useText } from '../../../ui/text.ts'
import { newAddress, newAttribute, newEvent, newGroup, newLayer, newSegment } from './new-nodes.ts'
import { useRuleEditing } from './rule-context.ts'
import type { Path } from './rule-editing.ts'

/** The two conditions that are wanted most as buttons, the others behind a third. */
export function AddCondition({ group, index }: { group: Path; index: number }) {
  const text = useText('audience')
  const { edit } = useRuleEditing()
  const models = useRead(layerRoutes.listLayerModels)
  const add = (node: Rule) => edit({ kind: 'insert', group, index, node })
  return (
    <div className="rule-adds">
      <Button size="small" type="dashed" className="rule-add" icon={<PlusOutlined aria-hidden />} onClick={() => add(newEvent())}>
        {text('add.event')}
      </Button>
      <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => add(newAttribute())}>
        {text('add.attribute')}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'layer', label: text('add.layer'), onClick: () => add(newLayer(models.data?.items[0]?.id ?? '')) },
            { key: 'segment', label: text('add.segment'), onClick: () => add(newSegment()) },
            { key: 'address', label: text('add.address'), onClick: () => add(newAddress()) },
            { key: 'group', label: text('add.group'), onClick: () => add(newGroup()) },
          ],
        }}
      >
        <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />}>
          {text('add.other')}
        </Button>
      </Dropdown>
    </div>
  )
}
