import type { z } from 'zod'
import type { LayerDefinition } from '../../../../../contracts/layer-definitions.ts'
import type { LayerPreview } from '../../../../../contracts/layers.ts'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { useLocale, useText } from '../../../ui/text.ts'
import { MovesTable } from './moves-table.tsx'

interface PreviewPanelProps {
  modelId: string
  /** What was previewed. */
  definition: LayerDefinition
  preview: z.infer<typeof LayerPreview>
}

/** Who would be where, if this were saved. */
export function PreviewPanel({ modelId, definition, preview }: PreviewPanelProps) {
  const text = useText('layers')
  const locale = useLocale()
  const total = preview.layers.reduce((sum, { count }) => sum + count, 0)
  const share = formatPercent(total === 0 ? 0 : preview.moved / total, locale, 1)
  return (
    <div aria-live="polite">
      <h3>{preview.moved === 0 ? text('nobodyMoves') : text('moved', { count: formatCount(preview.moved, locale), share })}</h3>
      <p className="faint">{text('previewLead')}</p>
      <MovesTable
        label={text('preview')}
        from={preview.before}
        to={preview.layers}
        moves={preview.moves}
        peopleOf={(move) => ({ kind: 'layerChange', modelId, definition, ...move })}
      />
    </div>
  )
}
