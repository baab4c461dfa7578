import { Button, Checkbox, InputNumber, Slider } from 'antd'
import { useState } from 'react'
import type { Lookalike, LookalikeResult } from '../../../../../contracts/lookalike.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { formatCount, formatPercent } from '../../../ui/format.ts'
import { Panel } from '../../../ui/panel.tsx'
import { PermissionGate } from '../../../ui/permission-gate.tsx'
import { useLocale, useText } from '../../../ui/text.ts'
import { KeepAsSegment } from '../../../ui/keep-as-segment.tsx'
import { expectedAt, placeOf, sizeAt, usualSize } from './quality.ts'
import { QualityCurve } from './quality-curve.tsx'

const placesOfSlider = 1000

/** The size against what is to be expected of it: the curve, the slider, the words, and the segment that comes of it. */
export function SizeChoice({ model, result }: { model: Lookalike; result: LookalikeResult }) {
  const text = useText('lookalike')
  const locale = useLocale()
  const { curve } = result
  const [size, setSize] = useState(() => usualSize(result))
  const [withSeed, setWithSeed] = useState(false)
  const [isKeeping, setKeeping] = useState(false)
  if (curve.length < 2) {
    return (
      <Panel title={text('curve.title')}>
        <EmptyState title={text('curve.none')} why={text('curve.noneWhy')} />
      </Panel>
    )
  }
  const ends = [curve[0]!.size, curve.at(-1)!.size] as const
  const expected = expectedAt(curve, size)
  const people = formatCount(size, locale)
  return (
    <Panel title={text('curve.title')}>
      <p className="faint">{text('curve.lead')}</p>
      <QualityCurve curve={curve} size={size} />
      <div className="lookalike-size">
        <Slider
          min={0}
          max={placesOfSlider}
          value={Math.round(placeOf(size, ends) * placesOfSlider)}
          onChange={(place) => setSize(sizeAt(place / placesOfSlider, ends))}
          tooltip={{ formatter: () => people }}
          ariaLabelForHandle={text('curve.slider')}
          ariaValueTextFormatterForHandle={() => people}
        />
        <InputNumber<number>
          aria-label={text('curve.slider')}
          min={1}
          max={ends[1]}
          precision={0}
          value={size}
          onChange={(next) => next !== null && setSize(next)}
        />
      </div>
      <p className="lookalike-expected" aria-live="polite">
        {text('curve.words', {
          size: people,
          share: formatPercent(expected.share, locale, 2),
          lift: expected.lift.toFixed(1),
          low: expected.liftLow.toFixed(1),
          high: expected.liftHigh.toFixed(1),
          recall: formatPercent(expected.recall, locale, 0),
        })}
      </p>
      <PermissionGate permission="audience.write">
        <div className="lookalike-keep">
          <Button type="primary" onClick={() => setKeeping(true)}>
            {text('keep.open')}
          </Button>
          <Checkbox checked={withSeed} onChange={(event) => setWithSeed(event.target.checked)}>
            {text('keep.withSeed')}
          </Checkbox>
        </div>
      </PermissionGate>
      {isKeeping && (
        <KeepAsSegment
          of={{ kind: 'lookalike', lookalikeId: model.id, size, withSeed }}
          name={text('keep.name', { seed: model.seed.name, size: people })}
          onClose={() => setKeeping(false)}
        />
      )}
    </Panel>
  )
}
