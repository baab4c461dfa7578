// A process that works on the pulls of a test's database until it is killed, or until there is nothing left to do.
import { workAsChild, type ChildOrder } from '../../../test/child.ts'
import { stepPulls } from '../pulls/run-pulls.ts'

workAsChild<ChildOrder, { done: true }>(
  async (platform) => {
    while (await stepPulls(platform, new AbortController().signal));
    return { done: true }
  },
  { HONGYAN_PRIVATE_ADDRESSES: '127.0.0.0/8' },
)
