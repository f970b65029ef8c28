import { render } from 'svelte/server';
import App from './App.svelte';

export const rendered = async () => (await render(App)).body;
