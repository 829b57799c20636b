// The images of an `apply` run: several at a time, as memory allows, each read once; a failing one is reported and the
// others go on. What is said comes in the order of the images.

import { BatchProgress, type ImageEnd } from './batch-progress.js';
import { Budget, defaultMemory } from './budget.js';
import { explainPlan } from './explain-plan.js';
import type { Failures } from './failures.js';
import { InOrder } from './in-order.js';
import { counted } from './inputs.js';
import { writeMaps } from './maps.js';
import { letGo } from './memory.js';
import { openImage } from './open-image.js';
import type { OutputPlan, PlannedImage, PlannedOutput } from './outputs.js';
import { Progress } from './progress.js';
import type { Report } from './report.js';
import type { Run, Shared } from './run.js';
import { smallTrial, trySmall } from './small.js';
import { whenInterrupted, writeResult } from './streams.js';
import { userError } from './user-error.js';
import { outputsToMake } from './wanted.js';

/** Maps that are held at a time have at most so many bytes, unless there is but one. */
const MOST_HELD = 512 * 2 ** 20;
/** So many notes of one kind are said; more would hide what else is said. */
const NOTES_OF_A_KIND = 3;
/** Images in the works for each thread: while one is computed, others are read and written. */
const IMAGES_A_THREAD = 2;
/** Threads take two small ones at a time. */
const SMALL_ONES_A_THREAD = 4;

type Words = Run['words'];

/** Runs over all images of the plan; what fails joins `failures`. @throws ResultsLost. */
export async function runBatch(
  plan: OutputPlan,
  words: Words,
  report: Report,
  failures: Failures,
): Promise<void> {
  if (plan.images.length === 1) await runAlone(plan, words, report, failures);
  else await new Batch(plan, words, report, failures).run();
}

/** One image: with its own progress, and without a summary. */
async function runAlone(plan: OutputPlan, words: Words, report: Report, failures: Failures): Promise<void> {
  const budget = { files: new Budget(0), samples: new Budget(0) };
  const shared: Shared = { spares: [], mostHeld: MOST_HELD, small: null };
  whenInterrupted(() => {
    failures.writeNow();
    return '';
  });
  try {
    await applyToImage(
      plan.images[0]!,
      0,
      { plan, words, report, result: writeResult, shared },
      { failures, budget },
    );
  } finally {
    report.progress.end();
  }
}

interface Means {
  readonly failures: Failures;
  readonly budget: { readonly files: Budget; readonly samples: Budget };
}

class Batch {
  readonly #plan: OutputPlan;
  readonly #words: Words;
  readonly #report: Report;
  readonly #progress: BatchProgress;
  readonly #order: InOrder;
  readonly #means: Means;
  readonly #shared: Shared;
  readonly #said = new Map<string, number>();
  #next = 0;

  constructor(plan: OutputPlan, words: Words, report: Report, failures: Failures) {
    this.#plan = plan;
    this.#words = words;
    const memory = words.memory ?? defaultMemory();
    const size = {
      images: plan.images.length,
      bytes: plan.images.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    this.#progress = new BatchProgress(report.terminal, (line) => report.note('so far', line), size);
    this.#report = report.about(this.#progress);
    this.#order = new InOrder({ result: writeResult, say: (text, kind) => this.#say(text, kind) });
    // A file's bytes are there only until it is decoded.
    const budget = { files: new Budget(memory / 4), samples: new Budget((memory * 3) / 4) };
    this.#means = { failures, budget };
    this.#shared = {
      spares: [],
      mostHeld: Math.min(MOST_HELD, memory / 2),
      small: smallTrial(plan, words),
    };
  }

  async run(): Promise<void> {
    const { failures } = this.#means;
    whenInterrupted(() => {
      this.#progress.end();
      failures.writeNow();
      const word = this.#words.resume ? '' : ' with --no-clobber';
      return `${this.#progress.soFar} were done; the same command${word} goes on with the others`;
    });
    const isOneByOne = this.#words.explainPlan;
    const aThread = this.#shared.small ? SMALL_ONES_A_THREAD : IMAGES_A_THREAD;
    const lanes = isOneByOne ? 1 : Math.min(this.#plan.images.length, 2 + aThread * this.#words.threads);
    try {
      const ends = await Promise.allSettled(Array.from({ length: lanes }, () => this.#work()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    } finally {
      this.#progress.end();
    }
    if (!this.#words.explainPlan) this.#sumUp();
  }

  /** Takes one image after the other. */
  async #work(): Promise<void> {
    const { images } = this.#plan;
    const { failures } = this.#means;
    while (this.#next < images.length && !(this.#words.failFast && failures.count > 0)) {
      const index = this.#next++;
      const image = images[index]!;
      const voice = this.#order.voiceOf(index);
      const report = this.#report.about(new Progress(null), voice.say);
      const run = {
        plan: this.#plan,
        words: this.#words,
        report,
        result: voice.result,
        shared: this.#shared,
      };
      try {
        const ended = await applyToImage(image, index, run, this.#means).finally(() =>
          this.#shared.small?.folders.leave(image),
        );
        this.#progress.imageEnded({ ...ended, bytes: image.bytes });
        await this.#order.end(index);
      } catch (error) {
        // Results are lost, or a defect: whatever it is, nobody begins another image.
        this.#next = images.length;
        throw error;
      }
    }
  }

  #say(text: string, kind?: string): void {
    const count = kind === undefined ? 0 : (this.#said.get(kind) ?? 0) + 1;
    if (kind !== undefined) this.#said.set(kind, count);
    if (count <= NOTES_OF_A_KIND) this.#report.text(text);
  }

  #sumUp(): void {
    const { failures } = this.#means;
    for (const [kind, count] of this.#said) {
      const more = count - NOTES_OF_A_KIND;
      if (more > 0) this.#report.note(kind, counted(more, 'more output'));
    }
    this.#report.note(counted(this.#plan.images.length, 'image'), this.#progress.summary());
    if (failures.count > 0) this.#report.list('failed', failures.messages);
  }
}

/** All maps of one image. */
async function applyToImage(
  planned: PlannedImage,
  place: number,
  run: Run,
  { failures, budget }: Means,
): Promise<Omit<ImageEnd, 'bytes'>> {
  const { words, report, result, shared } = run;
  const { input } = planned;
  let failed = 0;
  const fail = async (error: unknown, output?: PlannedOutput) => {
    const known = userError(error, input);
    failed++;
    report.error(known.message);
    const of = output && { output: output.path, kernel: output.part.name };
    const failure = { input, ...of, error: known.message };
    failures.add(failure, place);
    if (words.json) await result(`${JSON.stringify(failure)}\n`);
  };
  const wanted = await outputsToMake(planned, run);
  if (wanted.length === 0) return { fate: 'skipped', pixels: 0 };
  // Most runs have no use for it, and need not wait for it.
  const isLarge = planned.bytes >= LARGE_FILE;
  const inBands = isLarge ? await import('./in-bands.js') : null;
  const passing = inBands?.outputInBands(wanted, run) ?? null;
  if (inBands && passing) {
    const passed = await inBands.passFile(planned, passing, run, budget.samples, fail);
    if (passed !== null) return { fate: failed > 0 ? 'failed' : 'done', pixels: passed };
  }
  const small = await trySmall(planned, wanted, run, budget, fail);
  if (small !== null) return { fate: failed > 0 ? 'failed' : 'done', pixels: small };
  let pixels = 0;
  const giveBack = [await budget.files.take(planned.bytes)];
  try {
    const waitFor = async (bytes: number) => {
      // A damaged PNG is looked at twice.
      if (giveBack.length === 1) giveBack.push(await budget.samples.take(bytes * MEMORY_A_SAMPLE));
    };
    const opened = await openImage(input, words, report, run.plan.inputs, waitFor, passing === null);
    pixels = opened.samples.width * opened.samples.height;
    giveBack.shift()!();
    if (words.explainPlan) await explainPlan(opened, wanted, run, fail);
    else if (!inBands || !passing || !(await inBands.passSamples(opened, passing, run, fail))) {
      await writeMaps(opened, wanted, run, fail);
    }
  } catch (error) {
    await fail(error);
  } finally {
    for (const give of giveBack) give();
  }
  forgetLarge(shared);
  return { fate: failed > 0 ? 'failed' : 'done', pixels };
}

/** Smaller files hold small pictures, or such that are soon read. */
const LARGE_FILE = 2 ** 20;
/** Bytes of memory for a byte of samples: the image, its map, and what encodes it. */
const MEMORY_A_SAMPLE = 3;

/** Memory for the next images' maps is kept only where it is not much. */
function forgetLarge(shared: Shared): void {
  const bytes = shared.spares.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= shared.mostHeld) return;
  shared.spares = [];
  setImmediate(letGo, bytes);
}
