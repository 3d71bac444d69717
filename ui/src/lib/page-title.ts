import { createSignal } from 'solid-js';

const [current, setCurrent] = createSignal('');

/** The name of the page on the screen; the shell puts it into the title of the document, with what runs in front. */
export const pageTitle = current;
export const setPageTitle = (title: string): void => void setCurrent(title);
