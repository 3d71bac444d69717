import 'uplot/dist/uPlot.min.css';
import { createEffect, on, onCleanup, onMount } from 'solid-js';
import uPlot from 'uplot';
import { bytes, duration } from '../../lib/format.ts';
import { locale } from '../../lib/locale.ts';
import { theme } from '../../lib/theme.ts';
import type { Sums } from './history-sums.ts';

const heights = { upper: 118, lower: 132 };
const syncKey = 'history';
const markPx = 4;

/** Two rows of bars over one calendar: bytes above, duration below. A picture: its words stand around it. */
export function Plot(props: {
  sums: Sums;
  titles: { upper: string; lower: string };
  /** A date under the bars. Handed over: with the words of the history, this part would bring all of that page along. */
  dateOf: (ms: number) => string;
  onPoint: (index: number | null) => void;
}) {
  let upper: HTMLDivElement | undefined;
  let lower: HTMLDivElement | undefined;
  let probe: HTMLSpanElement | undefined;
  const plots: uPlot[] = [];

  /** Every question for a style has the browser work out those of the page there and then: one per colour and theme. */
  const colours = new Map<string, string>();
  /** A token as a colour a canvas knows, in the theme of the moment. */
  const colour = (token: string): string => {
    const known = colours.get(token);
    if (known !== undefined || !probe) return known ?? 'gray';
    probe.style.color = `var(--${token})`;
    const found = getComputedStyle(probe).color;
    colours.set(token, found);
    return found;
  };
  const data = (of: 'bytes' | 'seconds'): uPlot.AlignedData => [
    props.sums.sums.map((sum) => sum.start / 1000),
    props.sums.sums.map((sum) => sum[of]),
  ];
  const spanSeconds = () => (props.sums.per === 'day' ? 86_400 : 7 * 86_400);

  const options = (of: 'bytes' | 'seconds', width: number): uPlot.Options => {
    const isLower = of === 'seconds';
    return {
      width,
      height: isLower ? heights.lower : heights.upper,
      padding: [8, 20, isLower ? 0 : 12, 0],
      legend: { show: false },
      cursor: {
        sync: { key: syncKey },
        y: false,
        drag: { x: false, y: false },
        points: { show: false },
      },
      scales: {
        x: { time: true, range: (_, min, max) => [min - spanSeconds() / 2, max + spanSeconds() / 2] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] },
      },
      axes: [
        {
          show: isLower,
          size: 30,
          stroke: () => colour('soft'),
          grid: { show: false },
          ticks: { show: false },
          font: '12px "Figtree Variable", system-ui, sans-serif',
          splits: (plot) => splitsOf(plot, props.sums),
          values: (_, splits) => splits.map((seconds) => props.dateOf(seconds * 1000)),
        },
        {
          size: 62,
          stroke: () => colour('soft'),
          grid: { stroke: () => colour('line'), width: 1 },
          ticks: { show: false },
          font: '12px "Figtree Variable", system-ui, sans-serif',
          space: 34,
          ...(isLower
            ? { incrs: [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800] }
            : {}),
          values: (_, splits) => splits.map((value) => (isLower ? duration(value) : bytes(value))),
        },
      ],
      series: [
        {},
        {
          fill: () => colour(isLower ? 'edge' : 'accent'),
          width: 0,
          points: { show: false },
          ...barsOf(),
        },
      ],
      hooks: {
        setCursor: [(plot) => isLower || props.onPoint(plot.cursor.idx ?? null)],
        draw: [(plot) => isLower || markFailed(plot, props.sums, colour('bad'))],
      },
    };
  };

  onMount(() => {
    const places = [
      { of: 'bytes' as const, place: upper },
      { of: 'seconds' as const, place: lower },
    ];
    let turn: ReturnType<typeof setTimeout> | undefined;
    let width = 0;
    // One with every turn of the browser, and not before it has told how wide they are.
    const drawNext = () => {
      const { of, place } = places[plots.length] ?? {};
      if (!of || !place) return;
      plots.push(new uPlot(options(of, width), data(of), place));
      turn = setTimeout(drawNext);
    };
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      width = entry.contentRect.width;
      for (const plot of plots) plot.setSize({ width, height: plot.height });
      turn ??= setTimeout(drawNext);
    });
    if (upper) observer.observe(upper);
    onCleanup(() => {
      clearTimeout(turn);
      observer.disconnect();
    });
  });
  createEffect(() => {
    const both = [data('bytes'), data('seconds')];
    plots.forEach((plot, at) => {
      const next = both[at];
      if (next) plot.setData(next);
    });
  });
  const redraw = () => {
    colours.clear();
    for (const plot of plots) plot.redraw(true, true); // colours are kept with the paths
  };
  // Not at the beginning: a plot that has not been drawn yet would take up scales it does not have.
  createEffect(on([theme, locale], redraw, { defer: true }));
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', redraw);
  onCleanup(() => {
    dark.removeEventListener('change', redraw);
    for (const plot of plots) plot.destroy();
  });
  return (
    <div class="plot" aria-hidden="true">
      <span
        class="plot-probe"
        ref={(element) => {
          probe = element;
        }}
      />
      <p class="plot-title">{props.titles.upper}</p>
      <div
        style={{ height: `${heights.upper}px` }}
        ref={(element) => {
          upper = element;
        }}
      />
      <p class="plot-title">{props.titles.lower}</p>
      <div
        style={{ height: `${heights.lower}px` }}
        ref={(element) => {
          lower = element;
        }}
      />
    </div>
  );
}

function barsOf(): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.bars?.({ size: [0.72, 30], radius: [0.2, 0] });
  return paths ? { paths } : {};
}

/** As many dates as there is room for, each under a bar. */
function splitsOf(plot: uPlot, { sums }: Sums): number[] {
  const room = Math.max(1, Math.floor(plot.width / 90));
  const every = Math.max(1, Math.ceil(sums.length / room));
  // Counted from the newest: that one always has its date.
  return sums.filter((_, at) => (sums.length - 1 - at) % every === 0).map((sum) => sum.start / 1000);
}

/** A small triangle under each bar with a run that did not complete: told by its form as well as by its colour. */
function markFailed(plot: uPlot, { sums }: Sums, colour: string): void {
  const { ctx, bbox } = plot;
  const size = markPx * devicePixelRatio;
  const y = bbox.top + bbox.height + size * 0.6;
  ctx.save();
  ctx.fillStyle = colour;
  for (const sum of sums) {
    if (sum.failed === 0) continue;
    const x = plot.valToPos(sum.start / 1000, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + size, y + size * 1.6);
    ctx.lineTo(x - size, y + size * 1.6);
    ctx.fill();
  }
  ctx.restore();
}
