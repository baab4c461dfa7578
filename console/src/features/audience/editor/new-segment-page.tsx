import { everyone } from '../../../../../contracts/rule.ts'
import { SegmentEditor } from './segment-editor.tsx'

export function NewSegmentPage() {
  return <SegmentEditor saved={{ name: '', description: '', rule: everyone }} />
}
