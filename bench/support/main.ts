import { say, type Bench, type BenchReport, type BenchSize } from './bench.ts'

const [name, size] = process.argv.slice(2) as [string, BenchSize]
const { bench } = (await import(`../${name}.ts`)) as { bench: Bench }
say(`${name} (${size})`)
const report = check(await bench(size))
console.log(JSON.stringify({ bench: name, size, ...report }))
process.exit(0)

/** Rounds for reading and refuses what is no measurement. */
function check(report: BenchReport): BenchReport {
  return { conditions: report.conditions, metrics: rounded(report.metrics), beside: rounded(report.beside) }
}

function rounded(numbers: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => {
      if (!Number.isFinite(value)) throw new Error(`${key} was not measured`)
      return [key, Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))]
    }),
  )
}
