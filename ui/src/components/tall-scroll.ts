/**
 * The tallest box that is made. Browsers end a box at some 33 million device pixels (Firefox at 18), which on a phone
 * with three of them per pixel is a third of that: a million lines would have no end one could scroll to.
 */
export const tallestPx = 4_000_000;
/** What is taller is divided into stretches of this height, each lying a little over the one before. */
const stretchPx = tallestPx / 100;

/** Of a pixel of the bar: nobody pulls it by less, and no turn of a wheel goes as far in one frame. */
const leastPull = 0.75;

/** Where one is in a list of any height, shown in a box of at most `tallestPx`. All in pixels. */
export interface TallScroll {
  /** Height of the box inside. */
  height(): number;
  /** Distance of what is in sight from the beginning of the list. */
  top(): number;
  /** What stands at `y` in the list is drawn at `y - shift()` in the box. */
  shift(): number;
  /** The list or the window on it has another height now; what is in sight stays. Answers the `scrollTop` to set. */
  resized(whole: number, view: number): number;
  /** The browser has scrolled. Answers the `scrollTop` to set, mostly the same. */
  scrolled(scrollTop: number): number;
  /** Brings `y` to the top, as far as there is enough below. Answers the `scrollTop` to set. */
  goTo(y: number): number;
}

export function createTallScroll(): TallScroll {
  let whole = 0;
  let view = 0;
  let top = 0;
  let shift = 0;
  let at = 0; // the scrollTop last known

  const height = () => Math.min(whole, tallestPx);
  const stretches = () => Math.ceil(whole / stretchPx);
  const shiftOf = (stretch: number) =>
    whole <= tallestPx ? 0 : Math.round((Math.min(stretch, stretches() - 1) * (whole - tallestPx)) / (stretches() - 1));
  const goTo = (y: number) => {
    top = Math.max(0, Math.min(y, whole - view));
    // Never beyond what the browser can scroll.
    shift = Math.max(shiftOf(Math.floor(top / stretchPx)), top - Math.max(0, height() - view));
    at = top - shift;
    return at;
  };
  return {
    height,
    top: () => top,
    shift: () => shift,
    goTo,
    resized(nextWhole, nextView) {
      whole = nextWhole;
      view = nextView;
      return goTo(top);
    },
    scrolled(scrollTop) {
      const moved = Math.abs(scrollTop - at);
      if (moved < 1) return at; // our own step, rounded by the browser
      // Less than the bar moves when it is pulled by a pixel: so many pixels, as everywhere. More: to that share of the whole.
      if (whole <= tallestPx || moved < (tallestPx / view) * leastPull) return goTo(scrollTop + shift);
      const share = scrollTop / (tallestPx - view);
      shift = shiftOf(Math.floor((share * (whole - view)) / stretchPx));
      top = Math.max(0, Math.min(scrollTop + shift, whole - view));
      at = scrollTop;
      return at;
    },
  };
}
