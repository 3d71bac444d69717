import { nextSlots, type Times } from './slots.ts';

const dayMs = 86_400_000;
const usual = { daily: dayMs, weekly: 7 * dayMs, monthly: 31 * dayMs };
/** Slots looked at: enough to see a gap over a weekend. */
const slotsSeen = 10;

/** The longest time between two slots of a schedule, in milliseconds; of a custom one over its next slots. */
export function rhythmOf(times: Times, nowMs: number): number {
  if (times.scheduleType !== 'custom') return usual[times.scheduleType];
  const slots = nextSlots(times, nowMs, slotsSeen);
  const gaps = slots.slice(1).map((slot, index) => slot - (slots[index] ?? slot));
  return Math.max(...gaps, 0) || usual.monthly;
}
