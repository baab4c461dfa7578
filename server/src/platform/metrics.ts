import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

interface Shape<Label extends string> {
  /** `hongyan_<what>_<unit>`, counters end in `_total`. */
  name: string
  help: string
  labels?: readonly Label[]
}

/** Counters for Prometheus. Asking twice for a name gives the same one, so that each module asks where it counts. */
export interface Metrics {
  counter<Label extends string = never>(shape: Shape<Label>): Counter<Label>
  gauge<Label extends string = never>(shape: Shape<Label>): Gauge<Label>
  histogram<Label extends string = never>(shape: Shape<Label> & { buckets?: readonly number[] }): Histogram<Label>
  /** Everything in Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** A fresh registry; `process: true` adds memory, CPU and event loop of this process. */
export function createMetrics(options: { process: boolean }): Metrics {
  const registry = new Registry()
  if (options.process) collectDefaultMetrics({ register: registry })
  const made = new Map<string, unknown>()
  const once = <Metric>(name: string, make: () => Metric): Metric => {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as Metric
  }
  const settings = <Label extends string>({ name, help, labels = [] }: Shape<Label>) => ({ name, help, labelNames: labels, registers: [registry] })
  return {
    counter: (shape) => once(shape.name, () => new Counter(settings(shape))),
    gauge: (shape) => once(shape.name, () => new Gauge(settings(shape))),
    histogram: (shape) => once(shape.name, () => new Histogram({ ...settings(shape), buckets: [...(shape.buckets ?? secondsBuckets)] })),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
